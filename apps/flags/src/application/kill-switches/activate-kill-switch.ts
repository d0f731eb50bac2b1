import { KillSwitchActivatedV1, type IfVersion, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { activate } from '../../domain/kill-switches/kill-switch.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchKind, recordChange } from '../record-change.js';
import { killSwitchView } from '../views.js';
import { killSwitchFactData } from './fact-data.js';

export class ActivateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute(command: { key: string; reason: string } & IfVersion, origin: Origin): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.killSwitches, 'kill switch', command.key, command.if_version);
      const after = activate(before, command.reason, origin.actor.id, tx.now);
      const { reason } = after.activation;
      await tx.killSwitches.save(after);
      recordChange(tx, killSwitchKind, {
        before,
        after,
        event: 'KillSwitchActivated',
        action: 'activate',
        fact: (version) => KillSwitchActivatedV1.of(origin, { ...killSwitchFactData(after), version, reason }),
        reason,
      });
      return killSwitchView(after);
    });
  }
}
