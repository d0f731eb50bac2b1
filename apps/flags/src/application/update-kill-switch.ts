import { KillSwitchUpdatedV1, type IfVersion, type KillSwitchPatch, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { editKillSwitch } from '../domain/kill-switch.js';
import { checkVersion } from '../domain/versions.js';
import { findKillSwitch } from './find-kill-switch.js';
import type { UnitOfWork } from './ports.js';
import { recordKillSwitch } from './record-kill-switch.js';
import { killSwitchView } from './views.js';

export class UpdateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute(
    { key, patch, if_version }: { key: string; patch: KillSwitchPatch } & IfVersion,
    origin: Origin,
  ): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findKillSwitch(tx.killSwitches, key);
      checkVersion(`The kill switch ${key}`, before.version, if_version);
      const after = editKillSwitch(before, patch, tx.now);
      if (after === before) return killSwitchView(before);
      await tx.killSwitches.save(after);
      recordKillSwitch(tx, origin, {
        before,
        after,
        event: 'KillSwitchUpdated',
        action: 'update',
        fact: KillSwitchUpdatedV1,
      });
      return killSwitchView(after);
    });
  }
}
