import { KillSwitchDeactivatedV1, type IfVersion, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { deactivate } from '../domain/kill-switch.js';
import { checkVersion } from '../domain/versions.js';
import { findKillSwitch } from './find-kill-switch.js';
import type { UnitOfWork } from './ports.js';
import { recordKillSwitch } from './record-kill-switch.js';
import { killSwitchView } from './views.js';

export class DeactivateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  /** A reason is for the audit log. */
  execute(
    { key, if_version, reason }: { key: string; reason?: string } & IfVersion,
    origin: Origin,
  ): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findKillSwitch(tx.killSwitches, key);
      checkVersion(`The kill switch ${key}`, before.version, if_version);
      const after = deactivate(before, tx.now);
      if (after === before) return killSwitchView(before);
      await tx.killSwitches.save(after);
      recordKillSwitch(tx, origin, {
        before,
        after,
        event: 'KillSwitchDeactivated',
        action: 'deactivate',
        fact: KillSwitchDeactivatedV1,
        reason,
      });
      return killSwitchView(after);
    });
  }
}
