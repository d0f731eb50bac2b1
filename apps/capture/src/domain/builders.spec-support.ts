import { AppError, type Json } from '#libs/kernel';
import { CountingIds } from '#libs/testing';
import { endOfRow } from './row-end.js';
import type { Intake } from './take-event.js';

export const NOW = '2026-01-31T12:00:00.000Z';
export const anEvent = (changes: object = {}): Json => ({ distinct_id: 'd1', event: 'signed_up', ...changes }) as Json;

export function anIntake(changes: Partial<Intake> = {}): Intake {
  const ids = new CountingIds();
  return {
    atMs: Date.parse(NOW),
    text: NOW,
    skewMs: 0,
    rowEnd: endOfRow({ receivedAt: NOW }),
    nextId: () => ids.next(),
    ...changes,
  };
}

/** Code and field of the refusal; `taken` when there is none. */
export function refusal(work: () => unknown): readonly [string, unknown] {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details[0]?.field];
    throw error;
  }
  return ['taken', undefined];
}
