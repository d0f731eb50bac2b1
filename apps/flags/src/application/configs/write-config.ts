import { FlagUpdatedV1, type AuditDraft, type FlagConfigPatch, type FlagConfigView, type IfVersion, type Origin } from '#libs/contracts'; // prettier-ignore
import { checkVersion, type Ids } from '#libs/kernel';
import { readNote } from '../../domain/details.js';
import { flagDocument } from '../../domain/documents.js';
import { refuseArchived, type Flag } from '../../domain/flags/flag.js';
import { absentConfig, editConfig, refuseBlindWrite, type FlagConfig } from '../../domain/flags/flag-config.js';
import type { ConfiguredEnvironment } from '../environments/environment-directory.js';
import type { Change, HistoryEntry } from '../ports/unit-of-work.js';
import { configView } from '../views.js';
import { checkRulePatterns } from './check-patterns.js';
import { idInEnvelopes } from '../environments/id-in-envelopes.js';
import { checkRuleReferences } from './check-rule-references.js';

export interface ConfigWrite extends IfVersion {
  readonly flag: Flag;
  readonly environment: ConfiguredEnvironment;
  readonly patch: FlagConfigPatch;
  /** Default: event `FlagConfigUpdated`, action `update`. */
  readonly as?: Pick<AuditDraft, 'event' | 'action' | 'metadata'>;
  readonly cause?: HistoryEntry['cause'];
}
interface Writer {
  readonly origin: Origin;
  readonly ids: Ids;
}

const UPDATED = { event: 'FlagConfigUpdated', action: 'update' } as const;

/** Edits the configuration of a flag in one environment: all checks, the delta, the fact, the history and the audit entry. */
export async function writeConfig(tx: Change, write: ConfigWrite, { origin, ids }: Writer): Promise<FlagConfigView> {
  const { flag, environment, patch, if_version } = write;
  refuseArchived(flag);
  refuseBlindWrite(environment, if_version);
  const configs = await tx.configs.ofFlag(flag.id);
  const before = configIn(environment, flag, configs);
  checkVersion(`The configuration of ${flag.key} in ${environment.name}`, before.version, if_version);
  const after = editConfig(before, flag, patch, { by: origin.actor.id, at: tx.now, nextId: () => ids.next() });
  if (after === before) return configView(flag.key, environment.name, before);
  if (patch.rules !== undefined) {
    const placed = [{ field: 'rules', rules: after.rules }];
    await checkRuleReferences(tx, placed);
    await checkRulePatterns(tx, flag, placed);
  }
  await tx.configs.save([after]);
  tx.ruleset.put(flagDocument(flag, [...configs.filter((config) => config !== before), after]));
  record(tx, write, { before, after }, origin);
  return configView(flag.key, environment.name, after);
}

/** The config of a flag in an environment; version 0 if it was never written. */
export function configIn(
  { id }: Pick<ConfiguredEnvironment, 'id'>,
  flag: Flag,
  configs: readonly FlagConfig[],
): FlagConfig {
  return configs.find(({ environment }) => environment === id) ?? absentConfig(flag.id, id);
}

function record(
  tx: Change,
  { flag, environment: { name }, patch, cause, as = UPDATED }: ConfigWrite,
  { before, after }: { before: FlagConfig; after: FlagConfig },
  origin: Origin,
): void {
  const [viewBefore, viewAfter] = [configView(flag.key, name, before), configView(flag.key, name, after)];
  const note = readNote(patch.note);
  const environmentId = idInEnvelopes(tx, after.environment);
  tx.facts.add((version) =>
    FlagUpdatedV1.of(origin, { flag_key: flag.key, version, changed: ['config'], environments: [name] }, environmentId),
  );
  tx.history.add({
    flagId: flag.id,
    environment: after.environment,
    version: after.version,
    snapshot: viewAfter,
    note,
    cause,
  });
  tx.audit({
    ...as,
    resourceType: 'flag',
    resourceId: flag.id,
    resourceKey: flag.key,
    environment: name,
    environmentId,
    before: viewBefore,
    after: viewAfter,
    note,
  });
}
