import type { PipeTransform } from '@nestjs/common';
import { ENVIRONMENT_NAME, isResourceKey, UUID } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';

const named = (what: string, isName: (text: string) => boolean): PipeTransform<string, string> => ({
  transform: (text) => {
    if (isName(text)) return text;
    throw new AppError('not_found', `There is no such ${what}`);
  },
});

/** Path parameters that cannot be the name of anything are `not_found`, without a request to another service. */
export const environmentParam = named('environment', (text) => ENVIRONMENT_NAME.test(text) || UUID.test(text));
/** Flags of the platform have configs by the name of an environment, and a config `*` for all other environments. */
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
    throw invalid('invalid_id', field, 'Must be a UUID');
  },
});
export const idParam = uuid('id');
export const userIdParam = uuid('user_id');

/** The number of an audit entry. */
export const seqParam: PipeTransform<string, number> = {
  transform: (text) => {
    if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
    throw new AppError('not_found', 'There is no such audit entry');
  },
};
