import { KillSwitchUpdatedV1, type IfVersion, type KillSwitchPatch, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { editKillSwitch } from '../../domain/kill-switches/kill-switch.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchKind, recordChange } from '../record-change.js';
import { killSwitchView } from '../views.js';
import { killSwitchFactData } from './fact-data.js';

type Command = { key: string; patch: KillSwitchPatch } & IfVersion;

export class UpdateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, patch, if_version }: Command, origin: Origin): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.killSwitches, 'kill switch', key, if_version);
      const after = editKillSwitch(before, patch, tx.now);
      if (after === before) return killSwitchView(before);
      await tx.killSwitches.save(after);
      recordChange(tx, killSwitchKind, {
        before,
        after,
        event: 'KillSwitchUpdated',
        action: 'update',
        fact: (version) => KillSwitchUpdatedV1.of(origin, { ...killSwitchFactData(after), version }),
      });
      return killSwitchView(after);
    });
  }
}
