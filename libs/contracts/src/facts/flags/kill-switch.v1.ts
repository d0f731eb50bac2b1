import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const killSwitch = {
  kill_switch_key: z.string(),
  linked_flag_keys: z.array(z.string()),
  version: z.number().int().positive(),
};

export const KillSwitchCreatedV1 = defineFact(
  'killswitch.created',
  1,
  'A kill switch was created. It is inactive.',
  z.object(killSwitch),
);

export const KillSwitchUpdatedV1 = defineFact(
  'killswitch.updated',
  1,
  'The name, description or linked flags of a kill switch changed.',
  z.object(killSwitch),
);

export const KillSwitchDeletedV1 = defineFact(
  'killswitch.deleted',
  1,
  'A kill switch was deleted.',
  z.object(killSwitch),
);

export const KillSwitchActivatedV1 = defineFact(
  'killswitch.activated',
  1,
  'A kill switch was activated: its linked flags serve their default variant in every environment.',
  z.object({ ...killSwitch, reason: z.string() }),
);

export const KillSwitchDeactivatedV1 = defineFact(
  'killswitch.deactivated',
  1,
  'A kill switch was deactivated: its linked flags are evaluated normally again.',
  z.object(killSwitch),
);
