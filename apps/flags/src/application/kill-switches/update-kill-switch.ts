import { KillSwitchUpdatedV1, type CommandOf, type KillSwitchView, type Origin, type Written } from '#libs/contracts';
import type { flagsRpc } from '#libs/contracts';
import { editKillSwitch, movesFlags, optionalReason, refuseMovingFlags, requiredReason } from '../../domain/kill-switches/kill-switch.js'; // prettier-ignore
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchKind, recordChange } from '../record-change.js';
import { killSwitchView } from '../views.js';
import { killSwitchFactData } from './fact-data.js';

type Command = CommandOf<typeof flagsRpc.updateKillSwitch>;

export class UpdateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Whether the switch is active is decided behind the lock of the scope: an edit that races with an activation is either before
   * it, or needs the permission and a reason.
   */
  execute(command: Command, origin: Origin): Promise<Written<KillSwitchView>> {
    const { key, patch, if_version, may_activate = false } = command;
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.killSwitches, 'kill switch', key, if_version);
      const after = editKillSwitch(before, patch, tx.now);
      if (after === before) return killSwitchView(before);
      const isMove = movesFlags(before, after);
      if (isMove) refuseMovingFlags(before, may_activate);
      const reason = isMove ? requiredReason(command.reason) : optionalReason(command.reason);
      await tx.killSwitches.save(after);
      recordChange(tx, killSwitchKind, {
        before,
        after,
        event: 'KillSwitchUpdated',
        action: 'update',
        fact: (version) => KillSwitchUpdatedV1.of(origin, { ...killSwitchFactData(after), version }),
        reason,
        severity: isMove ? 'notice' : undefined,
      });
      return killSwitchView(after);
    });
  }
}
