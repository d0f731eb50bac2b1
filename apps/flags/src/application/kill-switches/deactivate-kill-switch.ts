import { KillSwitchDeactivatedV1, type IfVersion, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { deactivate, optionalReason } from '../../domain/kill-switches/kill-switch.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchKind, recordChange } from '../record-change.js';
import { killSwitchView } from '../views.js';
import { killSwitchFactData } from './fact-data.js';

/** `reason` is for the audit log. */
type Command = { key: string; reason?: string | null } & IfVersion;

export class DeactivateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version, reason }: Command, origin: Origin): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.killSwitches, 'kill switch', key, if_version);
      const after = deactivate(before, tx.now);
      if (after === before) return killSwitchView(before);
      await tx.killSwitches.save(after);
      recordChange(tx, killSwitchKind, {
        before,
        after,
        event: 'KillSwitchDeactivated',
        action: 'deactivate',
        fact: (version) => KillSwitchDeactivatedV1.of(origin, { ...killSwitchFactData(after), version }),
        reason: optionalReason(reason),
      });
      return killSwitchView(after);
    });
  }
}
