import { setTimeout as sleep } from 'node:timers/promises';

/** Fails with `late()` when the promise takes longer; the promise itself goes on, and its failure is then nobody's. */
export async function within<T>(timeoutMs: number, promise: Promise<T>, late: () => Error): Promise<T> {
  const { promise: alarm, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  try {
    return await Promise.race([promise, alarm]);
  } finally {
    clearTimeout(timer);
  }
}

/** `baseMs` × 2ⁿ, at most `maxMs`, with half of it left to chance. */
export function backoffMs(n: number, baseMs: number, maxMs: number, random: () => number = Math.random): number {
  return Math.min(baseMs * 2 ** n, maxMs) * (0.5 + random() / 2);
}

/** Waits, or returns early when the signal says stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
