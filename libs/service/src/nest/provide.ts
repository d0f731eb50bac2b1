import type { Abstract, FactoryProvider, Type } from '@nestjs/common';
import type { Token } from './token.js';

type TokenOf<T> = Type<T> | Abstract<T> | Token<T>;

/**
 * A Nest provider: `token` is what `make` returns when it is called with the values behind `inject`. The compiler compares the
 * tokens with the parameters, in their order.
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
