import type { PipeTransform } from '@nestjs/common';
import { environmentOf, idOf, isResourceKey } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';

const named = (what: string, read: (text: string) => string | undefined): PipeTransform<string, string> => ({
  transform: (text) => {
    const name = read(text);
    if (name !== undefined) return name;
    throw new AppError('not_found', `There is no such ${what}`);
  },
});
const resourceKey = (text: string): string | undefined => (isResourceKey(text) ? text : undefined);

/** Path parameters that cannot be the name of anything are `not_found`, without a request to another service. */
export const environmentParam = named('environment', environmentOf);
/** Flags of the platform have configs by the name of an environment, and a config `*` for all other environments. */
export const configParam = named('environment', (text) => (text === '*' ? text : environmentOf(text)));
export const flagParam = named('flag', resourceKey);
export const segmentParam = named('segment', resourceKey);
export const killSwitchParam = named('kill switch', resourceKey);

const uuid = (field: string): PipeTransform<string, string> => ({
  transform: (text) => {
    const id = idOf(text);
    if (id !== undefined) return id;
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
