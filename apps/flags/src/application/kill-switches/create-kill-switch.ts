import { KillSwitchCreatedV1, type KillSwitchDraft, type KillSwitchView, type Origin, type Written } from '#libs/contracts'; // prettier-ignore
import { AppError, type Clock, type Ids } from '#libs/kernel';
import { newKillSwitch } from '../../domain/kill-switches/kill-switch.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { killSwitchKind, recordChange } from '../record-change.js';
import { killSwitchView } from '../views.js';
import { killSwitchFactData } from './fact-data.js';

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
      recordChange(tx, killSwitchKind, {
        after,
        event: 'KillSwitchCreated',
        action: 'insert',
        fact: (version) => KillSwitchCreatedV1.of(origin, { ...killSwitchFactData(after), version }),
      });
      return killSwitchView(after);
    });
  }
}
