import type { FlagDraft, Origin } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import type { ItemKeys, ReplayedItem } from '../application/ports/unit-of-work.js';
import type { Flag } from '../domain/flags/flag.js';
import { orgIdOf, rowsOf } from './sql.js';

const KEPT = `interval '24 hours'`;
const FIND = `select item.key as "itemKey", item.draft
  from flag_item_key as item where scope = $1 and caller = $2 and key = any($3) and created_at > $4::timestamptz - ${KEPT}`;
const FORGET = `delete from flag_item_key where scope = $1 and created_at <= $2::timestamptz - ${KEPT}`;
const REMEMBER = `insert into flag_item_key (scope, org_id, caller, key, flag_id, draft, created_at)
  values ($1, $2, $3, $4, $5, $6, $7)`;

/** The idempotency keys of one caller's items, kept for 24 hours. Deleting a flag deletes its item key. */
export class PostgresItemKeys implements ItemKeys {
  #isTidy = false;

  constructor(
    private readonly tx: Pick<Transaction, 'manager' | 'scope'>,
    private readonly caller: Origin['actor'],
    private readonly now: Date,
  ) {}

  async replayed(keys: readonly string[]): Promise<readonly ReplayedItem[]> {
    if (keys.length === 0) return [];
    return rowsOf<ReplayedItem>(this.tx.manager, FIND, [this.tx.scope, this.caller.id, keys, this.now]);
  }

  async remember(key: string, draft: FlagDraft, flag: Flag): Promise<void> {
    const { manager, scope } = this.tx;
    if (!this.#isTidy) await manager.query(FORGET, [scope, this.now]);
    this.#isTidy = true;
    const values = [scope, orgIdOf(scope), this.caller.id, key, flag.id, JSON.stringify(draft), this.now];
    await manager.query(REMEMBER, values);
  }
}
