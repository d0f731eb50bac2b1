import type { Abstract, FactoryProvider, Type } from '@nestjs/common';
import type { Token } from './token.js';

type TokenOf<T> = Type<T> | Abstract<T> | Token<T>;

/**
 * Returns a Nest provider: `make`, called with the values of the tokens `inject`, returns the value of `token`. The compiler
 * checks that the types of the tokens match the parameters of `make`, in their order.
 */
export function provide<T, Given extends readonly unknown[]>(
  token: TokenOf<T>,
  inject: readonly [...{ [Index in keyof Given]: TokenOf<Given[Index]> }],
  make: (...given: Given) => T | Promise<T>,
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [...inject],
    useFactory: (...given: unknown[]) => make(...(given as unknown as Given)),
  };
}
