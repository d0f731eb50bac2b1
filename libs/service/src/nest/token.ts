declare const valueType: unique symbol;

/** Nest token of a value that has no class; carries the type of the value, so that `provide` can compare it. */
export type Token<T> = string & { readonly [valueType]?: T };
