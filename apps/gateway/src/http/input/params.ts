import type { PipeTransform } from '@nestjs/common';
import { ENVIRONMENT_NAME, isResourceKey, UUID } from '#libs/contracts';
import { AppError } from '#libs/kernel';

const named = (what: string, isOne: (text: string) => boolean): PipeTransform<string, string> => ({
  transform: (text) => {
    if (isOne(text)) return text;
    throw new AppError('not_found', `There is no such ${what}`);
  },
});

/** What stands in a path and cannot be the name of anything is not found, without asking anybody. */
export const environmentParam = named('environment', (text) => ENVIRONMENT_NAME.test(text) || UUID.test(text));
/** A flag of the platform has configs by an environment's name, and `*` for every other. */
export const configParam = named(
  'environment',
  (text) => text === '*' || ENVIRONMENT_NAME.test(text) || UUID.test(text),
);
export const flagParam = named('flag', isResourceKey);
export const segmentParam = named('segment', isResourceKey);
export const killSwitchParam = named('kill switch', isResourceKey);

const uuid = (field: string): PipeTransform<string, string> => ({
  transform: (text) => {
    if (UUID.test(text)) return text;
    throw new AppError('invalid_id', 'The id in the path must be a UUID', [{ field, message: 'Must be a UUID' }]);
  },
});
export const idParam = uuid('id');
export const userIdParam = uuid('user_id');
