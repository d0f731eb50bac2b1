import { AppError } from '#libs/kernel';

/** Delay after the n-th failure of a message, in ms. After the last one the message becomes a dead letter. */
export const BACKOFF_MS: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];
/** Delay until a message is delivered again whose dead letter could not be written. */
export const DEAD_LETTER_RETRY_MS = 5_000;
/** A message that crashes its process is never counted as failed. After this many deliveries it becomes a dead letter anyway. */
export const MAX_DELIVERIES = 50;
export const NEVER_ENDED = `delivered ${MAX_DELIVERIES} times and never handled to an end`;

/** Whether a dependency is down: the message is held and retried, and uses up no deliveries. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}
