import { z } from 'zod';
import { defineFact } from './define-fact.js';

const flag = {
  flag_key: z.string(),
  version: z.number().int().positive().describe("The ruleset's version of this scope after the change"),
};
const killSwitch = {
  kill_switch_key: z.string(),
  linked_flag_keys: z.array(z.string()),
  version: z.number().int().positive(),
};

export const FlagCreatedV1 = defineFact('flag.created', 1, z.object({ ...flag, type: z.string(), name: z.string() }));

/** A flag, or its configuration in some environments, changed. */
export const FlagUpdatedV1 = defineFact(
  'flag.updated',
  1,
  z.object({
    ...flag,
    changed: z.array(z.enum(['details', 'variants', 'prerequisites', 'config'])),
    environments: z.array(z.string()).describe('Names of the environments whose configuration changed'),
    cause: z.literal('schedule').optional().describe('A step of a schedule began; nobody edited anything'),
  }),
);
export const FlagArchivedV1 = defineFact('flag.archived', 1, z.object(flag));
export const FlagRestoredV1 = defineFact('flag.restored', 1, z.object(flag));
export const FlagDeletedV1 = defineFact('flag.deleted', 1, z.object(flag));

export const KillSwitchCreatedV1 = defineFact('killswitch.created', 1, z.object(killSwitch));
export const KillSwitchUpdatedV1 = defineFact('killswitch.updated', 1, z.object(killSwitch));
export const KillSwitchDeletedV1 = defineFact('killswitch.deleted', 1, z.object(killSwitch));
export const KillSwitchActivatedV1 = defineFact(
  'killswitch.activated',
  1,
  z.object({ ...killSwitch, reason: z.string() }),
);
export const KillSwitchDeactivatedV1 = defineFact('killswitch.deactivated', 1, z.object(killSwitch));

export const flagFacts = [
  FlagCreatedV1, FlagUpdatedV1, FlagArchivedV1, FlagRestoredV1, FlagDeletedV1, KillSwitchCreatedV1, KillSwitchUpdatedV1,
  KillSwitchDeletedV1, KillSwitchActivatedV1, KillSwitchDeactivatedV1,
] as const; // prettier-ignore
