declare const valueType: unique symbol;

/** Nest token of a value without a class. The type parameter lets `provide` check the value at compile time. */
export type Token<T> = string & { readonly [valueType]?: T };
