import { aFact, ORG_A } from '../../../test/facts.js';
import { GENESIS, type ChainHead, type Link } from '../../domain/chain.js';
import type { AuditFact, Entry } from '../../domain/entry.js';
import type { JsonTools, Ledger } from './ports.js';
import { RecordEntry } from './record-entry.js';

/** Keeps chains in memory, and a fact once, as the store does. */
class InMemoryLedger implements Ledger {
  readonly entries: Entry[] = [];
  readonly links: Link[] = [];
  readonly #known = new Set<string>();

  async append(fact: AuditFact, entry: Entry, link: (head: ChainHead) => Link): Promise<void> {
    if (this.#known.has(fact.id)) return;
    this.#known.add(fact.id);
    this.entries.push(entry);
    this.links.push(link(this.links.at(-1) ?? GENESIS));
  }
}

const json: JsonTools = {
  canonical: (value) => JSON.stringify(value),
  diff: (before, after) => [{ before, after }],
};

describe('RecordEntry', () => {
  let ledger: InMemoryLedger;
  let recordEntry: RecordEntry;
  beforeEach(() => {
    ledger = new InMemoryLedger();
    recordEntry = new RecordEntry(ledger, json);
  });

  it('appends an entry with the id of the fact and the diff of its snapshots', async () => {
    const fact = aFact({ event: 'FlagUpdated', before: { name: 'a' }, after: { name: 'b' } });

    await recordEntry.execute(fact);

    const diff = [{ before: { name: 'a' }, after: { name: 'b' } }];
    expect(ledger.entries).toMatchObject([{ id: fact.id, org_id: ORG_A, event: 'FlagUpdated', diff }]);
  });

  it('compares with null when the fact has no snapshot', async () => {
    await recordEntry.execute(aFact({ before: undefined, after: undefined }));

    expect(ledger.entries).toMatchObject([{ before: null, after: null, diff: [{ before: null, after: null }] }]);
  });

  it('links each entry to the one before it', async () => {
    await recordEntry.execute(aFact({ event: 'FlagCreated' }));
    await recordEntry.execute(aFact({ event: 'FlagArchived' }));

    const texts = ledger.links.map(({ text }) => JSON.parse(text) as { event: string; seq: number });
    expect(texts.map(({ event, seq }) => [event, seq])).toEqual([
      ['FlagCreated', 1],
      ['FlagArchived', 2],
    ]);
  });

  it('hashes the entries of the platform with the scope `platform`', async () => {
    const [ofPlatform, ofOrganization] = [aFact({ id: 'f1', org_id: null }), aFact({ id: 'f1' })];
    await recordEntry.execute(ofPlatform);
    const other = new InMemoryLedger();
    await new RecordEntry(other, json).execute(ofOrganization);

    expect(ledger.entries).toMatchObject([{ org_id: null }]);
    expect(ledger.links[0]?.hash).not.toEqual(other.links[0]?.hash);
  });

  it('changes nothing at a second delivery of the fact', async () => {
    const fact = aFact();

    await recordEntry.execute(fact);
    await recordEntry.execute(fact);

    expect(ledger.links).toHaveLength(1);
  });
});
