import { PLATFORM, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';

/** The organization that events are read for. @throws AppError `not_found` for the platform, which has no events */
export function organizationOf({ scope }: Origin): string {
  if (scope === PLATFORM) throw new AppError('not_found', 'Events belong to an organization');
  return scope;
}
