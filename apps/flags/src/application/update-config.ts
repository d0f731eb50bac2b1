import {
  FlagUpdatedV1, type FlagConfigPatch, type FlagConfigView, type IfVersion, type Origin, type Written,
} from '#libs/contracts'; // prettier-ignore
import type { Ids } from '#libs/kernel';
import { readNote } from '../domain/details.js';
import { flagDocument } from '../domain/documents.js';
import { refuseArchived, type Flag } from '../domain/flag.js';
import { absentConfig, editConfig, refuseBlindWrite, type FlagConfig } from '../domain/flag-config.js';
import { checkVersion } from '../domain/versions.js';
import { checkRuleReferences } from './check-rule-references.js';
import type { ConfiguredEnvironment, EnvironmentDirectory } from './environment-directory.js';
import { findFlag } from './find-flag.js';
import type { Change, UnitOfWork } from './ports.js';
import { configView } from './views.js';

type Command = { key: string; environment: string; patch: FlagConfigPatch } & IfVersion;

export class UpdateConfig {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
  ) {}

  async execute(command: Command, origin: Origin): Promise<Written<FlagConfigView>> {
    const refersToPlatform = command.patch.rules !== undefined;
    return this.environments.attempt(command.environment, origin, (unheard) => {
      const work = async (tx: Change): Promise<FlagConfigView> => {
        if (unheard !== undefined) await this.environments.adopt(tx, [unheard]);
        const environment = await this.environments.find(tx, command.environment, origin);
        return this.#update(tx, command, environment, origin);
      };
      return this.uow.change(origin, work, { refersToPlatform });
    });
  }

  async #update(
    tx: Change,
    { key, patch, if_version }: Command,
    environment: ConfiguredEnvironment,
    origin: Origin,
  ): Promise<FlagConfigView> {
    const flag = await findFlag(tx.flags, key);
    refuseArchived(flag);
    refuseBlindWrite(environment, if_version);
    const configs = await tx.configs.ofFlag(flag.id);
    const before =
      configs.find((config) => config.environment === environment.id) ?? absentConfig(flag.id, environment.id);
    checkVersion(`The configuration of ${key} in ${environment.name}`, before.version, if_version);
    const edit = { by: origin.actor.id, at: tx.now, nextId: () => this.ids.next() };
    const after = editConfig(before, flag, patch, edit);
    if (after === before) return configView(key, environment.name, before);
    if (patch.rules !== undefined) await checkRuleReferences(tx, after.rules);
    await tx.configs.save([after]);
    tx.ruleset.put(flagDocument(flag, [...configs.filter((config) => config !== before), after]));
    record(tx, flag, { before, after, environment: environment.name, note: readNote(patch.note) }, origin);
    return configView(key, environment.name, after);
  }
}

interface Edited {
  readonly before: FlagConfig;
  readonly after: FlagConfig;
  readonly environment: string;
  readonly note?: string;
}

function record(tx: Change, flag: Flag, { before, after, environment, note }: Edited, origin: Origin): void {
  const [was, is] = [configView(flag.key, environment, before), configView(flag.key, environment, after)];
  tx.facts.add((version) =>
    FlagUpdatedV1.of(origin, { flag_key: flag.key, version, changed: ['config'], environments: [environment] }),
  );
  tx.history.add({ flagId: flag.id, environment: after.environment, version: after.version, snapshot: is, note });
  tx.audit({
    event: 'FlagConfigUpdated',
    action: 'update',
    resourceType: 'flag',
    resourceId: flag.id,
    resourceKey: flag.key,
    environment,
    before: was,
    after: is,
    note,
  });
}
