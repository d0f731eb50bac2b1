import {
  KillSwitchCreatedV1,
  type KillSwitchDraft,
  type KillSwitchView,
  type Origin,
  type Written,
} from '#libs/contracts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import { newKillSwitch } from '../domain/kill-switch.js';
import type { UnitOfWork } from './ports.js';
import { recordKillSwitch } from './record-kill-switch.js';
import { killSwitchView } from './views.js';

export class CreateKillSwitch {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute(draft: KillSwitchDraft, origin: Origin): Promise<Written<KillSwitchView>> {
    const after = newKillSwitch(draft, { id: this.ids.next(), scope: origin.scope, at: this.clock.now() });
    return this.uow.change(origin, async (tx) => {
      if ((await tx.killSwitches.find(after.key)) !== undefined) {
        throw new AppError('already_exists', `There is a kill switch ${after.key} already`);
      }
      await tx.killSwitches.insert(after);
      const fact = KillSwitchCreatedV1;
      recordKillSwitch(tx, origin, { after, event: 'KillSwitchCreated', action: 'insert', fact });
      return killSwitchView(after);
    });
  }
}
