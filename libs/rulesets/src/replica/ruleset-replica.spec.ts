import {
  PLATFORM,
  RulesetChangedV1,
  systemOrigin,
  type RulesetSnapshot,
  type Scope,
  type ScopeVersion,
} from '#libs/contracts';
import { createLogger } from '#libs/observability';
import type { Bus } from '#libs/bus';
import { completeFact } from '#libs/facts';
import { RulesetReplica } from './ruleset-replica.js';
import type { NewestVersions, SnapshotSource } from '../snapshot/snapshot-source.js';

const EPOCH = '0000000a1';
const at = (org: number, platform = 0) => ({ epoch: EPOCH, platform, org });

/** Flags with versions that the test sets. */
class ManualSource implements SnapshotSource {
  readonly newest = new Map<Scope, number>([
    [PLATFORM, 0],
    ['o1', 1],
  ]);
  fetched = 0;
  isDown = false;
  isAuthority = true;
  readonly reported: ScopeVersion[] = [];
  fetch(scope: Scope): Promise<RulesetSnapshot> {
    this.fetched += 1;
    return Promise.resolve({ scope, epoch: EPOCH, version: this.newest.get(scope) ?? 0, documents: [] });
  }
  versions(scopes: readonly Scope[]): Promise<NewestVersions> {
    if (this.isDown) return Promise.reject(new Error('down'));
    const versions = scopes.map((scope) => ({ scope, epoch: EPOCH, version: this.newest.get(scope) ?? 0 }));
    return Promise.resolve({ areFromDatabase: this.isAuthority, versions });
  }
  report(held: readonly ScopeVersion[]): Promise<void> {
    this.reported.push(...held);
    return Promise.resolve();
  }
}

describe('RulesetReplica', () => {
  let source: ManualSource;
  let replica: RulesetReplica;
  let receive: (version: number) => void;

  beforeEach(async () => {
    source = new ManualSource();
    let listener: (message: { string: () => string }) => void = () => undefined;
    const bus = { subscribe: (_: string, then: typeof listener) => (listener = then), onConnect: () => undefined };
    const logger = createLogger({ service: 'test', level: 'silent' });
    replica = new RulesetReplica(bus as unknown as Bus, source, logger);
    replica.start();
    await Promise.all([replica.require(PLATFORM), replica.require('o1')]);
    source.fetched = 0;
    receive = (version) => {
      const draft = RulesetChangedV1.of(systemOrigin('o1', 'c1'), { epoch: EPOCH, version, changes: [] });
      const fact = completeFact(draft, { id: 'f1', at: new Date(), source: 'flags' });
      listener({ string: () => JSON.stringify(fact) });
    };
  });

  it('has reached the versions that it holds', async () => {
    expect(await replica.reach('o1', at(1), 60_000)).toBe(true);
  });

  it('waits for the delta of a version', async () => {
    const reached = replica.reach('o1', at(2), 60_000);
    receive(2);

    expect(await reached).toBe(true);
    expect(source.fetched).toBe(0);
  });

  it('fetches scopes that are behind when no delta arrives', async () => {
    source.newest.set('o1', 5).set(PLATFORM, 3);

    expect(await replica.reach('o1', at(5, 3), 1)).toBe(true);
    expect([replica.get('o1')?.version, replica.get(PLATFORM)?.version]).toEqual([5, 3]);
  });

  it('reports versions that flags has lost, not those that Redis lacks; nothing is confirmed meanwhile', async () => {
    const { confirmedAt } = replica;
    source.newest.set('o1', 0);
    source.isAuthority = false;
    await replica.poll();
    expect(source.reported).toEqual([]);

    source.isAuthority = true;
    await replica.poll();
    expect(source.reported).toEqual([{ scope: 'o1', epoch: EPOCH, version: 1 }]);
    expect(replica.confirmedAt).toBe(confirmedAt);
  });

  it('does not reach a version that does not exist or cannot be fetched, and fetches no snapshot', async () => {
    expect(await replica.reach('o1', at(99), 1)).toBe(false);
    source.isDown = true;
    source.newest.set('o1', 99);
    expect(await replica.reach('o1', at(99), 1)).toBe(false);
    expect(source.fetched).toBe(0);
  });
});
