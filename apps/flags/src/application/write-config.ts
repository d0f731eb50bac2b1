import { FlagUpdatedV1, type FlagConfigPatch, type FlagConfigView, type IfVersion, type Origin } from '#libs/contracts';
import type { Ids } from '#libs/kernel';
import { readNote } from '../domain/details.js';
import { flagDocument } from '../domain/documents.js';
import { refuseArchived, type Flag } from '../domain/flag.js';
import { absentConfig, editConfig, refuseBlindWrite, type FlagConfig } from '../domain/flag-config.js';
import { checkVersion } from '../domain/versions.js';
import { checkRuleReferences } from './check-rule-references.js';
import type { ConfiguredEnvironment } from './environment-directory.js';
import type { AuditDraft, Change } from './ports.js';
import { configView } from './views.js';

export interface ConfigWrite extends IfVersion {
  readonly flag: Flag;
  readonly environment: ConfiguredEnvironment;
  readonly patch: FlagConfigPatch;
  /** What the audit log calls it. */
  readonly as?: Pick<AuditDraft, 'event' | 'action' | 'metadata'>;
}
interface Writer {
  readonly origin: Origin;
  readonly ids: Ids;
}

const UPDATED = { event: 'FlagConfigUpdated', action: 'update' } as const;

/** Edits the configuration of a flag in one environment, with every check and everything that follows from it. */
export async function writeConfig(tx: Change, write: ConfigWrite, { origin, ids }: Writer): Promise<FlagConfigView> {
  const { flag, environment, patch, if_version } = write;
  refuseArchived(flag);
  refuseBlindWrite(environment, if_version);
  const configs = await tx.configs.ofFlag(flag.id);
  const before = configIn(environment, flag, configs);
  checkVersion(`The configuration of ${flag.key} in ${environment.name}`, before.version, if_version);
  const after = editConfig(before, flag, patch, { by: origin.actor.id, at: tx.now, nextId: () => ids.next() });
  if (after === before) return configView(flag.key, environment.name, before);
  if (patch.rules !== undefined) await checkRuleReferences(tx, after.rules);
  await tx.configs.save([after]);
  tx.ruleset.put(flagDocument(flag, [...configs.filter((config) => config !== before), after]));
  record(tx, write, { before, after }, origin);
  return configView(flag.key, environment.name, after);
}

/** How a flag stands in an environment, written or not. */
export function configIn({ id }: ConfiguredEnvironment, flag: Flag, configs: readonly FlagConfig[]): FlagConfig {
  return configs.find(({ environment }) => environment === id) ?? absentConfig(flag.id, id);
}

function record(
  tx: Change,
  { flag, environment: { name }, patch, as = UPDATED }: ConfigWrite,
  { before, after }: { before: FlagConfig; after: FlagConfig },
  origin: Origin,
): void {
  const [was, is] = [configView(flag.key, name, before), configView(flag.key, name, after)];
  const note = readNote(patch.note);
  tx.facts.add((version) =>
    FlagUpdatedV1.of(origin, { flag_key: flag.key, version, changed: ['config'], environments: [name] }),
  );
  tx.history.add({ flagId: flag.id, environment: after.environment, version: after.version, snapshot: is, note });
  tx.audit({
    ...as,
    resourceType: 'flag',
    resourceId: flag.id,
    resourceKey: flag.key,
    environment: name,
    before: was,
    after: is,
    note,
  });
}
