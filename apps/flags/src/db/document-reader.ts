import type { DocumentKind, RulesetDocument, Rule } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import type { Environment } from '../domain/environment.js';
import {
  environmentDocument, flagDocument, killSwitchDocument, segmentDocument, strategyDocument,
} from '../domain/documents.js'; // prettier-ignore
import type { FlagConfig, Targets } from '../domain/flag-config.js';
import { toFlag, type FlagRow } from './flag-store.js';
import { toKillSwitch, type KillSwitchRow } from './kill-switch-store.js';
import { toSegment, type SegmentRow } from './segment-store.js';
import { ofScope, orgIdOf, rowsOf } from './sql.js';
import { toStrategy, type StrategyRow } from './strategy-store.js';

/** How many rows are held at once: with flags of the largest size 50 MB. */
const BATCH = 100;

interface Source {
  readonly kind: DocumentKind;
  /** Rows of one scope ($1) whose name comes after $2, in the order of names by code point, at most $3. */
  readonly sql: string;
  toDocument(row: never): RulesetDocument;
}
type StoredConfig = { environment: string; enabled: boolean; rules: Rule[]; targets: Targets; version: number };

const FLAGS = `select flag.*, (
    select coalesce(jsonb_agg(jsonb_build_object('environment', environment, 'enabled', enabled, 'rules', rules,
      'targets', targets, 'version', flag_config.version) order by environment), '[]')
    from flag_config where flag_config.flag_id = flag.id
  ) as configs from flag where ${ofScope('flag')} and key > $2 order by key limit $3`;

const live = (table: string, name: string): string =>
  `select * from ${table} where ${ofScope(table)} and ${name} > $2 and deleted_at is null order by ${name} limit $3`;
const byId = (table: string): string => live(table, `(id::text collate "C")`);

/** In the order of refs: kinds by name, then what they are named by. */
const SOURCES: readonly Source[] = [
  {
    kind: 'environment',
    sql: byId('environment'),
    toDocument: (row: Pick<Environment, 'id' | 'name' | 'version'>) => environmentDocument(row as Environment),
  },
  {
    kind: 'flag',
    sql: FLAGS,
    toDocument: ({ configs, ...row }: FlagRow & { configs: StoredConfig[] }) =>
      flagDocument(
        toFlag(row),
        configs.map((config): FlagConfig => ({ ...config, flagId: row.id })),
      ),
  },
  {
    kind: 'kill_switch',
    sql: live('kill_switch', 'key'),
    toDocument: (row: KillSwitchRow) => killSwitchDocument(toKillSwitch(row)),
  },
  { kind: 'segment', sql: live('segment', 'key'), toDocument: (row: SegmentRow) => segmentDocument(toSegment(row)) },
  { kind: 'strategy', sql: byId('strategy'), toDocument: (row: StrategyRow) => strategyDocument(toStrategy(row)) },
];

/** The documents of a scope whose refs come after `after`, in the order of refs. */
export async function* readDocuments(tx: Transaction, after: string): AsyncGenerator<RulesetDocument> {
  for (const source of SOURCES) {
    const first = `${source.kind}:`;
    if (after > first && !after.startsWith(first)) continue;
    yield* readSource(tx, source, after.startsWith(first) ? after.slice(first.length) : '');
  }
}

async function* readSource(
  { manager, scope }: Transaction,
  source: Source,
  after: string,
): AsyncGenerator<RulesetDocument> {
  for (let name = after; ;) {
    const rows = await rowsOf<{ id: string; key?: string }>(manager, source.sql, [orgIdOf(scope), name, BATCH]);
    for (const row of rows) yield source.toDocument(row as never);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    name = last.key ?? last.id;
  }
}
