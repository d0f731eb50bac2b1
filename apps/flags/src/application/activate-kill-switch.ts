import { KillSwitchActivatedV1, type IfVersion, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { activate } from '../domain/kill-switch.js';
import { checkVersion } from '../domain/versions.js';
import { findKillSwitch } from './find-kill-switch.js';
import type { UnitOfWork } from './ports.js';
import { recordKillSwitch } from './record-kill-switch.js';
import { killSwitchView } from './views.js';

export class ActivateKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute(command: { key: string; reason: string } & IfVersion, origin: Origin): Promise<Written<KillSwitchView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findKillSwitch(tx.killSwitches, command.key);
      checkVersion(`The kill switch ${command.key}`, before.version, command.if_version);
      const after = activate(before, command.reason, origin.actor.id, tx.now);
      const { reason } = after.activation!;
      await tx.killSwitches.save(after);
      const fact = {
        of: (by: Origin, data: { kill_switch_key: string; linked_flag_keys: string[]; version: number }) =>
          KillSwitchActivatedV1.of(by, { ...data, reason }),
      };
      recordKillSwitch(tx, origin, { before, after, event: 'KillSwitchActivated', action: 'activate', fact, reason });
      return killSwitchView(after);
    });
  }
}
