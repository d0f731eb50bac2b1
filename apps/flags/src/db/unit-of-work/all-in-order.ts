/**
 * Waits for all promises and returns their values. When several fail, the first in this order is thrown: on one connection the
 * later ones fail because of it.
 */
export async function allInOrder<A, B, C>(
  promises: readonly [Promise<A>, Promise<B>, Promise<C>],
): Promise<readonly [A, B, C]> {
  await Promise.allSettled(promises);
  const [a, b, c] = promises;
  return [await a, await b, await c];
}
