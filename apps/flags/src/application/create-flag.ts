import { FlagCreatedV1, PLATFORM, type FlagDraft, type FlagView, type Origin, type Written } from '#libs/contracts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import { flagDocument } from '../domain/documents.js';
import { newFlag, type Flag } from '../domain/flag.js';
import { firstConfig, type FlagConfig } from '../domain/flag-config.js';
import { ANY_ENVIRONMENT } from '../domain/keys.js';
import { checkPrerequisites } from './check-prerequisites.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import type { Change, UnitOfWork } from './ports.js';
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
    const refersToPlatform = flag.prerequisites.length > 0;
    return this.uow.change(
      origin,
      async (tx) => {
        await this.environments.adopt(tx, unheard);
        await refuseTakenKey(tx, flag.key);
        await checkPrerequisites(tx.flags, flag);
        await tx.flags.insert(flag);
        const configs = await writeFirstConfigs(tx, flag, origin);
        record(tx, flag, configs, origin);
        return flagView(flag);
      },
      { refersToPlatform },
    );
  }
}

async function refuseTakenKey({ flags }: Change, key: string): Promise<void> {
  const taken = await flags.find(key);
  if (taken === undefined) return;
  const hint = taken.archivedAt === undefined ? '' : '; it is archived';
  throw new AppError('already_exists', `There is a flag ${key} already${hint}`);
}

async function writeFirstConfigs(tx: Change, flag: Flag, origin: Origin): Promise<readonly FlagConfig[]> {
  const environments = tx.scope === PLATFORM ? [ANY_ENVIRONMENT] : (await tx.environments.list()).map(({ id }) => id);
  const configs = environments.map((environment) => firstConfig(flag.id, environment, origin.actor.id, tx.now));
  await tx.configs.save(configs);
  return configs;
}

function record(tx: Change, flag: Flag, configs: readonly FlagConfig[], origin: Origin): void {
  const after = flagView(flag);
  tx.ruleset.put(flagDocument(flag, configs));
  tx.facts.add((version) =>
    FlagCreatedV1.of(origin, { flag_key: flag.key, version, type: flag.type, name: flag.name }),
  );
  tx.history.add({ flagId: flag.id, version: flag.version, snapshot: after });
  tx.audit({
    event: 'FlagCreated',
    action: 'insert',
    resourceType: 'flag',
    resourceId: flag.id,
    resourceKey: flag.key,
    after,
  });
}
