import type { DocumentKind, RulesetDocument, Rule } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import type { Environment } from '../../domain/environment.js';
import { environmentDocument, flagDocument, killSwitchDocument, segmentDocument, strategyDocument } from '../../domain/documents.js'; // prettier-ignore
import type { FlagConfig, Targets } from '../../domain/flags/flag-config.js';
import { toFlag, type FlagRow } from '../flag.store.js';
import { toKillSwitch, type KillSwitchRow } from '../kill-switch.store.js';
import { toSegment, type SegmentRow } from '../segment.store.js';
import { ofScope, orgIdOf, rowsOf } from '../sql.js';
import { toStrategy, type StrategyRow } from '../strategy.store.js';

/** Rows read at a time: at most 50 MB of flags. */
const BATCH = 100;

interface Source {
  readonly kind: DocumentKind;
  /** Documents of a scope with names after `after`, ordered by name (by code point), at most `BATCH`. */
  read(tx: Transaction, after: string): Promise<readonly NamedDocument[]>;
}
interface NamedDocument {
  /** The part of the document's ref after the kind. */
  readonly name: string;
  readonly document: RulesetDocument;
}
type StoredConfig = {
  environment: string;
  enabled: boolean;
  rules: Rule[];
  targets: Targets;
  version: number;
  step: number;
};

const FLAGS = `select flag.*, (
    select coalesce(jsonb_agg(jsonb_build_object('environment', environment, 'enabled', enabled, 'rules', rules,
      'targets', targets, 'version', flag_config.version, 'step', flag_config.step) order by environment), '[]')
    from flag_config where flag_config.flag_id = flag.id
  ) as configs from flag where ${ofScope('flag')} and key > $2 order by key limit $3`;

const live = (table: string, name: string): string =>
  `select * from ${table} where ${ofScope(table)} and ${name} > $2 and deleted_at is null order by ${name} limit $3`;
const byId = (table: string): string => live(table, `(id::text collate "C")`);

/** `sql`: $1 organization, $2 the name to start after, $3 the number of rows. */
function source<R extends { readonly id: string; readonly key?: string }>(
  kind: DocumentKind,
  sql: string,
  toDocument: (row: R) => RulesetDocument,
): Source {
  return {
    kind,
    read: async ({ manager, scope }, after) => {
      const rows = await rowsOf<R>(manager, sql, [orgIdOf(scope), after, BATCH]);
      return rows.map((row) => ({ name: row.key ?? row.id, document: toDocument(row) }));
    },
  };
}

/** In the order of refs: kinds by name. */
const SOURCES: readonly Source[] = [
  source<Pick<Environment, 'id' | 'name' | 'version'>>('environment', byId('environment'), environmentDocument),
  source<FlagRow & { configs: StoredConfig[] }>('flag', FLAGS, ({ configs, ...row }) =>
    flagDocument(
      toFlag(row),
      configs.map((config): FlagConfig => ({ ...config, flagId: row.id })),
    ),
  ),
  source<KillSwitchRow>('kill_switch', live('kill_switch', 'key'), (row) => killSwitchDocument(toKillSwitch(row))),
  source<SegmentRow>('segment', live('segment', 'key'), (row) => segmentDocument(toSegment(row))),
  source<StrategyRow>('strategy', byId('strategy'), (row) => strategyDocument(toStrategy(row))),
];

/** Documents of a scope with refs after `after`, in the order of refs. */
export async function* readDocuments(tx: Transaction, after: string): AsyncGenerator<RulesetDocument> {
  for (const source of SOURCES) {
    const first = `${source.kind}:`;
    if (after > first && !after.startsWith(first)) continue;
    yield* readSource(tx, source, after.startsWith(first) ? after.slice(first.length) : '');
  }
}

async function* readSource(tx: Transaction, source: Source, after: string): AsyncGenerator<RulesetDocument> {
  for (let name = after; ;) {
    const batch = await source.read(tx, name);
    for (const { document } of batch) yield document;
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) return;
    name = last.name;
  }
}
