import { KillSwitchDeletedV1, type IfVersion, type KillSwitchView, type Origin, type Written } from '#libs/contracts';
import { checkVersion } from '../domain/versions.js';
import { findKillSwitch } from './find-kill-switch.js';
import type { UnitOfWork } from './ports.js';
import { recordKillSwitch } from './record-kill-switch.js';
import { killSwitchView } from './views.js';

export class DeleteKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  /** Answers what it was; the flags that it turned off are on again. */
  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findKillSwitch(tx.killSwitches, key);
      checkVersion(`The kill switch ${key}`, before.version, if_version);
      await tx.killSwitches.remove(before, tx.now);
      const fact = KillSwitchDeletedV1;
      recordKillSwitch(tx, origin, { before, event: 'KillSwitchDeleted', action: 'delete', fact });
      return killSwitchView(before);
    });
  }
}
