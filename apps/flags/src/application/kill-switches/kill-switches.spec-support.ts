import type { KillSwitchDraft, Origin } from '#libs/contracts';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateKillSwitch } from './create-kill-switch.js';

/** A world with `killSwitch(origin, key)`, which creates one and keeps no facts of it. */
export function killSwitchWorld() {
  const world = inMemoryWorld();
  const createKillSwitch = new CreateKillSwitch(world.uow, world.ids, world.clock);
  const killSwitch = async (origin: Origin, key: string, draft: Partial<KillSwitchDraft> = {}): Promise<void> => {
    await createKillSwitch.execute({ key, name: key, linked_flag_keys: ['checkout'], ...draft }, origin);
    world.facts(origin);
  };
  return { ...world, createKillSwitch, killSwitch };
}
