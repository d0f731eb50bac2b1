import { scopeOf } from '#libs/contracts';
import { nextLink } from '../../domain/chain.js';
import { entryOf, type AuditFact } from '../../domain/entry.js';
import type { JsonTools, Ledger } from './ports.js';

/** Appends the entry of a mutation to the chain of its organization. A second delivery of the fact changes nothing. */
export class RecordEntry {
  constructor(
    private readonly ledger: Ledger,
    private readonly json: JsonTools,
  ) {}

  execute(fact: AuditFact): Promise<void> {
    const entry = entryOf(fact, this.json.diff(fact.data.before ?? null, fact.data.after ?? null));
    const canonical = (value: unknown) => this.json.canonical(value);
    return this.ledger.append(fact, entry, (head) => nextLink(scopeOf(fact), head, entry, canonical));
  }
}
