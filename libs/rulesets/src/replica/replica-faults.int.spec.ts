import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  PLATFORM,
  refOf,
  RulesetChangedV1,
  systemOrigin,
  type RulesetDocument,
  type RulesetSnapshot,
  type Scope,
  type ScopeVersion,
} from '#libs/contracts';
import { FaultProxy, privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { Bus } from '#libs/bus';
import { completeFact } from '#libs/facts';
import { RulesetReplica } from './ruleset-replica.js';
import type { NewestVersions, SnapshotSource } from '../snapshot/snapshot-source.js';

const EPOCH = '0000000a1';
const ORG = 'o1';
const VERSIONS = 300;
const PACE_MS = 10;
const SEED = 7;
const logger = createLogger({ service: 'test', level: 'silent' });

/** The true documents at every version. Answers slowly, and only while the reader is connected. */
class Truth implements SnapshotSource {
  readonly history: RulesetSnapshot[] = [{ scope: ORG, epoch: EPOCH, version: 0, documents: [] }];
  fetched = 0;

  constructor(private readonly reader: Bus) {}

  get now(): RulesetSnapshot {
    return this.history.at(-1)!;
  }

  /** Writes the next version. Returns its fact. */
  write(key: string, isGone: boolean): { subject: string; text: string } {
    const version = this.now.version + 1;
    const document = { kind: 'segment', key, version } as unknown as RulesetDocument;
    const ref = refOf(document);
    const others = this.now.documents.filter((one) => refOf(one) !== ref);
    this.history.push({ ...this.now, version, documents: isGone ? others : [...others, document] });
    const changes = [{ ref, document: isGone ? null : document }];
    const draft = RulesetChangedV1.of(systemOrigin(ORG, 'c1'), { epoch: EPOCH, version, changes });
    const fact = completeFact(draft, { id: String(version), at: new Date(), source: 'flags' });
    return { subject: RulesetChangedV1.subject(ORG), text: JSON.stringify(fact) };
  }

  async fetch(scope: Scope): Promise<RulesetSnapshot> {
    const answer = scope === PLATFORM ? { ...this.history[0]!, scope } : this.now;
    await this.#travel();
    if (scope === ORG) this.fetched += 1;
    return answer;
  }

  async versions(scopes: readonly Scope[]): Promise<NewestVersions> {
    const of = (scope: Scope): number => (scope === PLATFORM ? 0 : this.now.version);
    const versions = scopes.map((scope) => ({ scope, epoch: EPOCH, version: of(scope) }));
    await this.#travel();
    return { areFromDatabase: true, versions };
  }

  report(held: readonly ScopeVersion[]): Promise<void> {
    return Promise.reject(new Error(`Nothing was lost, but ${JSON.stringify(held)} is ahead`));
  }

  /** Long enough for deltas to overtake an answer. */
  async #travel(): Promise<void> {
    await sleep(2 * PACE_MS);
    this.reader.live();
  }
}

const textOf = (documents: Iterable<RulesetDocument>): string =>
  JSON.stringify([...documents].map((document) => [refOf(document), document]).toSorted());

describe('a replica with a real NATS, while its connection is cut again and again', () => {
  let servers: PrivateServers;
  let proxy: FaultProxy;
  let reader: Bus;
  let writer: Bus;
  let replica: RulesetReplica;
  let truth: Truth;

  beforeAll(async () => {
    servers = await privateServers();
    proxy = await FaultProxy.before(servers.natsUrl);
    [reader, writer] = [proxy.url, servers.natsUrl].map((url, n) => new Bus({ url, name: `bus-${n}` }, logger)) as [
      Bus,
      Bus,
    ];
    for (const bus of [reader, writer]) bus.start();
    await Promise.all([reader.connection(), writer.connection()]);
    truth = new Truth(reader);
    replica = new RulesetReplica(reader, truth, logger);
    replica.start();
    await replica.require(ORG);
    await reader.flush();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([reader?.drain(), writer?.drain()]);
    await proxy?.stop();
    await servers?.stop();
  });

  const outages = fc.sample(fc.record({ aloneMs: fc.nat(400), awayMs: fc.nat(300) }), { numRuns: 20, seed: SEED });

  async function write(): Promise<void> {
    for (const [n, isGone] of fc.sample(fc.boolean(), { numRuns: VERSIONS, seed: SEED }).entries()) {
      const { subject, text } = truth.write(`s${n % 20}`, isGone);
      writer.live().publish(subject, text);
      await sleep(PACE_MS);
    }
    await writer.flush();
  }

  /** Until the writing has ended. */
  async function cutAgainAndAgain(writing: Promise<void>): Promise<number> {
    let isOver = false;
    void writing.finally(() => (isOver = true));
    let cuts = 0;
    for (const { aloneMs, awayMs } of outages) {
      if (isOver) break;
      await sleep(aloneMs);
      proxy.cut();
      cuts += 1;
      await sleep(awayMs);
      proxy.restore();
      await reader.connection();
      while (!reader.connected) await sleep(PACE_MS);
    }
    return cuts;
  }

  it('never decreases, never mixes two versions, and holds the true documents after one successful poll', async () => {
    const versions: number[] = [0];
    const faults: string[] = [];
    let fetchedBefore = truth.fetched;
    let byDelta = 0;
    replica.onUpdate(({ scope, version }) => {
      if (scope !== ORG) return;
      if (version <= versions.at(-1)!) faults.push(`${versions.at(-1)} became ${version}`);
      if (textOf(replica.get(ORG)!.documents.values()) !== textOf(truth.history[version]!.documents))
        faults.push(`${version} has other documents`);
      if (truth.fetched === fetchedBefore) byDelta += 1;
      fetchedBefore = truth.fetched;
      versions.push(version);
    });

    const writing = write();
    const cuts = await cutAgainAndAgain(writing);
    await writing;
    const healedAt = Date.now();
    while (replica.confirmedAt < healedAt) {
      await replica.poll();
      await sleep(PACE_MS);
    }

    expect(faults).toEqual([]);
    expect(replica.get(ORG)!.version).toBe(VERSIONS);
    expect(textOf(replica.get(ORG)!.documents.values())).toBe(textOf(truth.now.documents));
    expect(cuts).toBeGreaterThan(2);
    expect(truth.fetched).toBeGreaterThan(2);
    expect(byDelta).toBeGreaterThan(VERSIONS / 10);
  }, 15_000);
});
