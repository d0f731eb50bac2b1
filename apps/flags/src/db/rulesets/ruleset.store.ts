import {
  type RulesetDocument,
  type RulesetPage,
  type RulesetSnapshot,
  type Scope,
  type ScopeVersion,
  refOf,
} from '#libs/contracts';
import type { Database, Transaction } from '#libs/postgres';
import type { Rulesets } from '../../application/ports/rulesets.js';
import { countersOf } from '../unit-of-work/counter.js';
import { readDocuments } from './document-reader.js';
import type { PostgresEpochs } from './epoch.store.js';
import { rowsOf } from '../sql.js';

const MAX_PAGE_BYTES = 2 * 1024 * 1024;
const VERSIONS = `select given.scope, epoch.value as epoch, coalesce(counter.version, 0)::float8 as version
  from unnest($1::text[]) as given(scope) cross join epoch left join counter on counter.scope = given.scope`;
const SCOPES = `select scope from counter where scope > $1 order by scope limit $2`;

/** Reads rulesets from the tables. Each page is one snapshot and carries its version. */
export class PostgresRulesets implements Rulesets {
  constructor(
    private readonly database: Database,
    private readonly epochs: PostgresEpochs,
    private readonly maxPageBytes = MAX_PAGE_BYTES,
  ) {}

  async page(scope: Scope, after: string | undefined): Promise<RulesetPage> {
    await this.epochs.ensure();
    return this.database.read(scope, async (tx) => {
      const { epoch, version } = await countersOf(tx.manager, scope);
      const { documents, next } = await this.#fill(tx, after ?? '');
      return { scope, epoch, version, documents, next };
    });
  }

  async snapshot(scope: Scope): Promise<RulesetSnapshot> {
    await this.epochs.ensure();
    return this.database.read(scope, async (tx) => {
      const { epoch, version } = await countersOf(tx.manager, scope);
      const documents: RulesetDocument[] = [];
      for await (const document of readDocuments(tx, '')) documents.push(document);
      return { scope, epoch, version, documents };
    });
  }

  async versions(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    await this.epochs.ensure();
    return this.database.systemTransaction(({ manager }) => rowsOf<ScopeVersion>(manager, VERSIONS, [scopes]));
  }

  async scopes(after: Scope | undefined, limit: number): Promise<readonly Scope[]> {
    const rows = await this.database.systemTransaction(({ manager }) =>
      rowsOf<{ scope: Scope }>(manager, SCOPES, [after ?? '', limit]),
    );
    return rows.map(({ scope }) => scope);
  }

  /** At least one document, and no more than fit a message. */
  async #fill(tx: Transaction, after: string): Promise<Pick<RulesetPage, 'documents' | 'next'>> {
    const documents: RulesetDocument[] = [];
    let bytes = 0;
    for await (const document of readDocuments(tx, after)) {
      bytes += Buffer.byteLength(JSON.stringify(document));
      if (bytes > this.maxPageBytes && documents.length > 0) return { documents, next: refOf(documents.at(-1)!) };
      documents.push(document);
    }
    return { documents, next: null };
  }
}
