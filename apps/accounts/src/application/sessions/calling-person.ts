import type { Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';

/** The id of the person that sent the request. @throws AppError `forbidden` for API keys and services: they have no sessions */
export function callingPerson({ actor }: Origin): string {
  if (actor.type === 'user') return actor.id;
  throw new AppError('forbidden', 'Only people have sessions');
}
