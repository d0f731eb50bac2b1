import fc from 'fast-check';
import {
  joinVersions,
  PLATFORM,
  reaches,
  refOf,
  type RulesetVersion,
  type Scope,
  type ScopeVersion,
} from '#libs/contracts';
import { createLogger } from '#libs/observability';
import type { Bus } from '#libs/bus';
import { ModelDatabase, ModelSource, ORG, SCOPES } from './model.spec-support.js';
import { RulesetReplica } from './ruleset-replica.js';

const logger = createLogger({ service: 'test', level: 'silent' });
/** Lets all pending callbacks run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const scope = fc.constantFrom(...SCOPES);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('write'), scope, key: fc.constantFrom('a', 'b', 'c'), gone: fc.boolean() }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver'), back: fc.nat(6) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('answer'), which: fc.nat(), isLost: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('stale'), pick: fc.option(fc.nat(30), { nil: undefined }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('poll') }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('require') }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reach'), ahead: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('lose'), commits: fc.nat(4) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('neglect') }) },
  ),
  { maxLength: 60, size: 'max' },
); // prettier-ignore
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;
type Listener = (message: { string: () => string }) => void;

/** A replica between a database and a reader, with faults on both sides. */
class World {
  readonly database = new ModelDatabase();
  readonly source = new ModelSource(this.database);
  readonly replica: RulesetReplica;
  #receive: Listener = () => undefined;
  readonly #seen = new Map<Scope, ScopeVersion>();
  /** Evicted since its last update: it may return at the same version. */
  readonly #evicted = new Set<Scope>();
  #joined: RulesetVersion | undefined;
  readonly faults: string[] = [];

  constructor() {
    const bus = { subscribe: (_: string, then: Listener) => (this.#receive = then), onConnect: () => undefined };
    this.replica = new RulesetReplica(bus as unknown as Bus, this.source, logger, { maxBytes: 1 });
    this.replica.onUpdate((update) => this.#look(update));
    this.replica.scopes.onEvicted((scope) => this.#evicted.add(scope));
    this.replica.start();
  }

  async take(step: Step): Promise<void> {
    const { source, database, replica } = this;
    if (step.do === 'write') database.write(step.scope, step.key, step.gone);
    else if (step.do === 'deliver') this.#deliver(step.back);
    else if (step.do === 'answer') this.#answer(step.which, step.isLost);
    else if (step.do === 'stale') source.stale = step.pick;
    else if (step.do === 'poll') void replica.poll();
    else if (step.do === 'require') replica.require(ORG).catch(() => undefined);
    else if (step.do === 'reach') this.#reach(step.ahead);
    else if (step.do === 'lose') database.lose(step.commits);
    else this.#neglect();
    await settle();
  }

  /** Ends all pending calls; from here on every source answers. */
  async calm(): Promise<void> {
    this.source.isHonest = true;
    for (; this.source.calls.length > 0; await settle()) this.source.calls.shift()!.reject();
    await settle();
  }

  /** The differences between the replica and the database. */
  differences(): string[] {
    return this.replica.scopes.all().flatMap(({ scope, epoch, version, documents }) => {
      const wanted = this.database.snapshot(scope);
      const is = JSON.stringify([epoch, version, textOf([...documents.values()])]);
      const should = JSON.stringify([wanted.epoch, wanted.version, textOf(wanted.documents)]);
      return is === should ? [] : [`${scope}: ${is} instead of ${should}`];
    });
  }

  /** Delivers deltas out of order, repeatedly, or never. */
  #deliver(back: number): void {
    const text = this.database.deltas.at(-1 - back);
    if (text !== undefined) this.#receive({ string: () => text });
  }

  #answer(which: number, isLost: boolean): void {
    const { calls } = this.source;
    const [call] = calls.splice(which % Math.max(1, calls.length), 1);
    if (isLost) call?.reject();
    else call?.resolve();
  }

  /** Makes the organization the least recently used scope, and evicts it. */
  #neglect(): void {
    const { scopes } = this.replica;
    scopes.touch(PLATFORM);
    scopes.moved({ scope: PLATFORM, epoch: '', version: 0, changes: [] });
  }

  #reach(ahead: number): void {
    const { epoch, version: platform } = this.database.snapshot(PLATFORM);
    const want = { epoch, platform, org: this.database.snapshot(ORG).version + ahead };
    void this.replica.reach(ORG, want, 0).then((isThere) => {
      if (isThere && !reaches(this.#joined!, want)) this.faults.push(`reached ${JSON.stringify(want)} but it is not`);
    });
  }

  #look(update: ScopeVersion): void {
    const before = this.#seen.get(update.scope);
    const least = (before?.version ?? -1) + (this.#evicted.delete(update.scope) ? 0 : 1);
    const rises =
      before === undefined || update.epoch > before.epoch || (update.epoch === before.epoch && update.version >= least);
    if (!rises) this.faults.push(`${JSON.stringify(before)} became ${JSON.stringify(update)}`); // prettier-ignore
    this.#seen.set(update.scope, update);
    const held = this.replica.get(update.scope)!;
    const was = this.database.at(update);
    if (textOf([...held.documents.values()]) !== textOf(was?.documents ?? []))
      this.faults.push(`mixed: ${JSON.stringify(update)}`);
    this.#join();
  }

  /** Checks the version that a reader of the organization sees. */
  #join(): void {
    const [platform, org] = [this.replica.get(PLATFORM), this.replica.get(ORG)];
    if (platform === undefined || org === undefined) return;
    const [before, now] = [this.#joined, joinVersions(platform, org)];
    const isBack = before !== undefined && !reaches(now, before);
    if (isBack) this.faults.push(`a reader saw ${JSON.stringify(before)}, then ${JSON.stringify(now)}`);
    this.#joined = now;
  }
}

function textOf(documents: readonly Parameters<typeof refOf>[0][]): string {
  return JSON.stringify(documents.map((document) => [refOf(document), document]).toSorted(byRef));
}
const byRef = ([a]: unknown[], [b]: unknown[]): number => (String(a) < String(b) ? -1 : 1);

describe('a replica with too little memory, a bus that loses, duplicates and reorders, a cache that lags and a database that fails over', () => {
  it('never decreases or mixes versions for a reader, and equals the database after one poll without faults', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const world = new World();
        for (const step of given) await world.take(step);
        await world.calm();
        await world.replica.poll();
        expect(world.faults).toEqual([]);
        expect(world.differences()).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  }, 60_000);
});
