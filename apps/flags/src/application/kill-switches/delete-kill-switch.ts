import { KillSwitchDeletedV1, type IfVersion, type KillSwitchView, type Origin, type Written } from '#libs/contracts';
import { refuseActive } from '../../domain/kill-switches/kill-switch.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchKind, recordChange } from '../record-change.js';
import { killSwitchView } from '../views.js';
import { killSwitchFactData } from './fact-data.js';

export class DeleteKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  /** Returns the last state. @throws AppError `kill_switch_active` */
  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.killSwitches, 'kill switch', key, if_version);
      refuseActive(before);
      await tx.killSwitches.remove(before, tx.now);
      recordChange(tx, killSwitchKind, {
        before,
        event: 'KillSwitchDeleted',
        action: 'delete',
        fact: (version) => KillSwitchDeletedV1.of(origin, { ...killSwitchFactData(before), version }),
      });
      return killSwitchView(before);
    });
  }
}
