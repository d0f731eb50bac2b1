/** `baseMs` × 2ⁿ, at most `maxMs`; a random factor between 0.5 and 1 spreads the retries of many processes. */
export function backoffMs(n: number, baseMs: number, maxMs: number, random: () => number = Math.random): number {
  return Math.min(baseMs * 2 ** n, maxMs) * (0.5 + random() / 2);
}
