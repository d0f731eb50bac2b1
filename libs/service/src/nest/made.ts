import type { FactoryProvider } from '@nestjs/common';

type Token = FactoryProvider['provide'];

/** Replaced by composition.ts, service by service. */
export function made<A extends unknown[]>(
  type: new (...given: A) => object,
  inject: Token[],
  as: Token = type,
): FactoryProvider {
  return {
    provide: as,
    inject: inject as FactoryProvider['inject'],
    useFactory: (...given) => new type(...(given as A)),
  };
}
