import type { FlagDraft, FlagView, Origin, Written } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { newFlag } from '../../domain/flags/flag.js';
import { storeEnvironments, type EnvironmentDirectory } from '../environments/environment-directory.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { assertRoom, DEFAULT_QUOTAS, type ObjectQuotas } from '../quota.js';
import { flagView } from '../views.js';
import { auditFlags } from './steps/audit-flags.js';
import { checkPrerequisites } from './steps/check-prerequisites.js';
import { insertFlag, refuseTakenKey } from './steps/insert-flag.js';

export class CreateFlag {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly quotas: ObjectQuotas = DEFAULT_QUOTAS,
  ) {}

  async execute(draft: FlagDraft, origin: Origin): Promise<Written<FlagView>> {
    const flag = newFlag(draft, { id: this.ids.next(), scope: origin.scope, at: this.clock.now() });
    const unknown = await this.environments.listUnknown(origin);
    return this.uow.change(
      origin,
      async (tx) => {
        await storeEnvironments(tx, unknown);
        await refuseTakenKey(tx, flag.key);
        await assertRoom(tx, 'flags', { quotas: this.quotas });
        await checkPrerequisites(tx.flags, flag);
        await insertFlag(tx, flag, origin);
        auditFlags(tx, { event: 'FlagCreated', action: 'insert' }, [{ after: flag }]);
        return flagView(flag);
      },
      { refersToPlatform: flag.prerequisites.length > 0 },
    );
  }
}
