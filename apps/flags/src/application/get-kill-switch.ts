import type { KillSwitchView, Origin } from '#libs/contracts';
import { findKillSwitch } from './find-kill-switch.js';
import type { UnitOfWork } from './ports.js';
import { killSwitchView } from './views.js';

export class GetKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key }: { key: string }, origin: Origin): Promise<KillSwitchView> {
    return this.uow.read(origin.scope, async ({ killSwitches }) =>
      killSwitchView(await findKillSwitch(killSwitches, key)),
    );
  }
}
