import type { KillSwitchView, Origin } from '#libs/contracts';
import { find } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchView } from '../views.js';

export class GetKillSwitch {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key }: { key: string }, origin: Origin): Promise<KillSwitchView> {
    return this.uow.read(origin.scope, async ({ killSwitches }) =>
      killSwitchView(await find(killSwitches, 'kill switch', key)),
    );
  }
}
