import { setTimeout as sleep } from 'node:timers/promises';
import { CallFailure } from '#libs/local-servers';

const withinMs = 30_000;

/** Retries: facts carry a new organization to the other services, which takes a moment. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof CallFailure)) return false;
  return error.status === 0 || error.status === 404 || error.status === 429 || error.status >= 500;
}
