import { PLATFORM, type Origin } from '#libs/contracts';
import { uuidv7 } from 'uuidv7';
import type { Change } from '../../src/application/ports/unit-of-work.js';
import { environmentDocument } from '../../src/domain/documents.js';
import { newFlag } from '../../src/domain/flags/flag.js';
import { newKillSwitch } from '../../src/domain/kill-switches/kill-switch.js';
import { newSegment } from '../../src/domain/targeting/segment.js';
import { newStrategy } from '../../src/domain/targeting/strategy.js';
import { anAdmin } from '../given.js';

export const AT = new Date('2026-03-01T10:00:00.000Z');
export const MINUTE_MS = 60_000;
export const inSegment = (segment: string) => ({ segment, operator: 'in' }) as const;
export const birth = (scope: string) => ({ id: uuidv7(), scope, at: AT });
export const aFlag = (scope: string, key: string, draft: Partial<Parameters<typeof newFlag>[0]> = {}) =>
  newFlag({ key, name: key, type: 'boolean', ...draft }, birth(scope));
export const aKillSwitch = (scope: string, key: string) =>
  newKillSwitch({ key, name: key, linked_flag_keys: [] }, birth(scope));
export const aSegment = (scope: string, key: string, uses?: string) =>
  newSegment({ key, name: key, conditions: uses === undefined ? null : inSegment(uses) }, birth(scope));
export const aStrategy = (scope: string, segment?: string) =>
  newStrategy({ name: 'beta', conditions: segment === undefined ? [] : inSegment(segment) }, birth(scope));
export const edited = <T extends { readonly version: number }>(object: T): T => ({
  ...object,
  version: object.version + 1,
});
export const requiring = (flag_key: string, required_variant = 'on') => [{ flag_key, required_variant }];
export const thePlatform = (): Origin => anAdmin(PLATFORM);
/** A document of its own, so that a change leaves something behind. */
export const keep = (tx: Change): void =>
  tx.ruleset.put(environmentDocument({ id: uuidv7(), name: 'any', version: 1 }));
