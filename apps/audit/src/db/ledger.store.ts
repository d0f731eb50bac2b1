import { durables, scopeOf, type Scope } from '#libs/contracts';
import type { Inbox, Transaction } from '#libs/postgres';
import type { Ledger } from '../application/entries/ports.js';
import { GENESIS, type ChainHead, type Link } from '../domain/chain.js';
import type { AuditFact, Entry } from '../domain/entry.js';
import { summaryOf } from '../domain/listed-entry.js';

const CONSUMER = durables.auditEntries.name;

export class PostgresLedger implements Ledger {
  constructor(private readonly inbox: Inbox) {}

  async append(fact: AuditFact, entry: Entry, link: (head: ChainHead) => Link): Promise<void> {
    const scope = scopeOf(fact);
    await this.inbox.once(CONSUMER, fact, async (tx) => {
      const next = link(await lockHead(tx, scope, fact.org_id));
      await insertEntry(tx, entry, next);
      await moveHead(tx, scope, next);
    });
  }
}

/** The head of a chain, locked until the transaction ends. The first entry of a chain creates it. */
async function lockHead({ manager }: Transaction, scope: Scope, orgId: string | null): Promise<ChainHead> {
  await manager.query(
    `insert into chain_head (scope, org_id, seq, hash) values ($1, $2, $3, $4) on conflict do nothing`,
    [scope, orgId, GENESIS.seq, Buffer.from(GENESIS.hash)],
  );
  const [row] = await manager.query<{ seq: string; hash: Buffer }[]>(
    `select seq, hash from chain_head where scope = $1 for update`,
    [scope],
  );
  return { seq: Number(row!.seq), hash: row!.hash };
}

async function insertEntry({ manager }: Transaction, entry: Entry, { seq, text, hash }: Link): Promise<void> {
  await manager.query(
    `insert into entry (id, org_id, seq, timestamp, event, severity, actor_id, resource_type, resource_key, environment,
       request_id, text, summary, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      entry.id,
      entry.org_id,
      seq,
      entry.timestamp,
      entry.event,
      entry.severity,
      entry.actor.id,
      entry.resource_type,
      entry.resource_key,
      entry.environment,
      entry.request_id,
      text,
      summaryOf(text),
      Buffer.from(hash),
    ],
  );
}

async function moveHead({ manager }: Transaction, scope: Scope, { seq, hash }: Link): Promise<void> {
  await manager.query(`update chain_head set seq = $2, hash = $3, updated_at = now() where scope = $1`, [
    scope,
    seq,
    Buffer.from(hash),
  ]);
}
