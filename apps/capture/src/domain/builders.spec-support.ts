import type { Json } from '#libs/kernel';
import { AppError } from '#libs/kernel';
import { endOfRow } from './row-end.js';
import type { Intake } from './take-event.js';

export const NOW = '2026-01-31T12:00:00.000Z';
export const anEvent = (changes: object = {}): Json => ({ distinct_id: 'd1', event: 'signed_up', ...changes }) as Json;

/** Ids that count up. */
export function anIntake(changes: Partial<Intake> = {}): Intake {
  let made = 0;
  return {
    atMs: Date.parse(NOW),
    text: NOW,
    skewMs: 0,
    rowEnd: endOfRow({ receivedAt: NOW }),
    nextId: () => `0190a0b0-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`,
    ...changes,
  };
}

/** The code of the refusal and the field it names. */
export function refusal(work: () => unknown): readonly [string, unknown] {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details[0]?.field];
    throw error;
  }
  return ['taken', undefined];
}
