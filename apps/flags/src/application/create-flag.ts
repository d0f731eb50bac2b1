import type { FlagDraft, FlagView, Origin, Written } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { newFlag } from '../domain/flag.js';
import { auditFlags } from './audit-flags.js';
import { checkPrerequisites } from './check-prerequisites.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { insertFlag, refuseTakenKey } from './insert-flag.js';
import type { UnitOfWork } from './ports.js';
import { flagView } from './views.js';

export class CreateFlag {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute(draft: FlagDraft, origin: Origin): Promise<Written<FlagView>> {
    const flag = newFlag(draft, { id: this.ids.next(), scope: origin.scope, at: this.clock.now() });
    const unheard = await this.environments.unheard(origin);
    return this.uow.change(
      origin,
      async (tx) => {
        await this.environments.adopt(tx, unheard);
        await refuseTakenKey(tx, flag.key);
        await checkPrerequisites(tx.flags, flag);
        await insertFlag(tx, flag, origin);
        auditFlags(tx, { event: 'FlagCreated', action: 'insert' }, [{ after: flag }]);
        return flagView(flag);
      },
      { refersToPlatform: flag.prerequisites.length > 0 },
    );
  }
}
