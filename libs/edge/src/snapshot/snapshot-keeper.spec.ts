import { PLATFORM, type RulesetDocument, type RulesetSnapshot } from '#libs/contracts';
import { aCheck, aRecord, KEY } from '#libs/testing';
import { createLogger } from '#libs/observability';
import type { Bus } from '#libs/bus';
import { RulesetReplica, type SnapshotFile } from '#libs/rulesets';
import { SnapshotKeeper } from './snapshot-keeper.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const bus = { subscribe: () => undefined, onConnect: () => undefined } as unknown as Bus;
const segment = (key: string) => ({ kind: 'segment', key, conditions: [] }) as unknown as RulesetDocument;
const atVersion = (scope: string, version: number): RulesetSnapshot => ({
  scope,
  epoch: '0abc',
  version,
  documents: [segment(`${scope}_${version}`)],
});

class MemoryFile {
  lines: readonly string[] | undefined;
  writes = 0;
  failure: Error | undefined;
  read = () => Promise.resolve(this.lines);
  write = async (lines: Iterable<string>): Promise<void> => {
    if (this.failure !== undefined) throw this.failure;
    this.lines = [...lines];
    this.writes += 1;
  };
}

/** All scopes at one version; rejects while `version` is undefined. */
class StubSource {
  version: number | undefined;
  fetch(scope: string): Promise<RulesetSnapshot> {
    return this.version === undefined
      ? Promise.reject(new Error('away'))
      : Promise.resolve(atVersion(scope, this.version));
  }
  async versions(scopes: readonly string[]) {
    return { areFromDatabase: true, versions: await Promise.all(scopes.map((scope) => this.fetch(scope))) };
  }
  report(): Promise<void> {
    return Promise.resolve();
  }
}

/** A process that uses a disk. */
function aProcess(disk: MemoryFile) {
  const source = new StubSource();
  const replica = new RulesetReplica(bus, source, logger);
  const keys = aCheck();
  const keeper = new SnapshotKeeper({ file: disk as unknown as SnapshotFile, replica, keys: keys.check, logger });
  return { source, replica, keys, keeper };
}

/** The disk of a process that held two scopes at version 4 and a key, and stopped. */
async function aDisk(): Promise<{ disk: MemoryFile; confirmedAt: number }> {
  const disk = new MemoryFile();
  const { source, replica, keys, keeper } = aProcess(disk);
  source.version = 4;
  await keeper.start();
  await replica.require('o1');
  await replica.poll();
  await keys.outcome(KEY);
  await keeper.stop();
  return { disk, confirmedAt: replica.confirmedAt };
}

describe('SnapshotKeeper', () => {
  it('restores the rulesets and keys of the last process with the time of their confirmation, and follows new versions', async () => {
    const { disk, confirmedAt } = await aDisk();
    const { source, replica, keys, keeper } = aProcess(disk);
    const updates: string[] = [];
    replica.onUpdate(({ scope, version }) => updates.push(`${scope} ${version}`));
    await keeper.start();

    expect(replica.confirmedAt).toBe(confirmedAt);
    expect(updates.toSorted()).toEqual(['o1 4', 'platform 4']);
    expect([...replica.get('o1')!.documents.values()]).toEqual([segment('o1_4')]);
    expect(keys.check.confirmed().map(({ record }) => record)).toEqual([aRecord()]);

    source.version = 5;
    await replica.poll();
    expect([...replica.get(PLATFORM)!.documents.values()]).toEqual([segment('platform_5')]);
    await keeper.stop();
    expect(disk.lines!.join()).toContain('o1_5');
  });

  it('does not write a revoked key', async () => {
    const { disk } = await aDisk();
    const { keys, keeper } = aProcess(disk);
    await keeper.start();
    keys.revocations.add(aRecord().lookup_id);
    await keeper.stop();

    expect(disk.lines!.join()).toContain('o1_4');
    expect(disk.lines!.join()).not.toContain(aRecord().lookup_id);
  });

  it('does not write when nothing is held, and when nothing has changed', async () => {
    const blank = aProcess(new MemoryFile());
    await blank.keeper.start();
    await blank.keeper.stop();
    const { disk } = await aDisk();
    const again = aProcess(disk);
    await again.keeper.start();
    await again.keeper.stop();

    expect(disk.writes).toBe(1);
  });

  it.each([
    ['of another format', ['{"format":2}']],
    ['without a head', ['{"scope":"platform","epoch":"0abc","version":1,"documents":[]}']],
    ['that is no JSON', ['nothing']],
  ])('starts empty with a file %s', async (_how, lines) => {
    const disk = new MemoryFile();
    disk.lines = lines;
    const { replica, keeper } = aProcess(disk);
    await keeper.start();
    await keeper.stop();

    expect(replica.scopes.all()).toEqual([]);
    expect(replica.confirmedAt).toBe(0);
  });

  it('writes at stop what a full disk refused before', async () => {
    const { disk } = await aDisk();
    const { source, replica, keeper } = aProcess(disk);
    await keeper.start();
    source.version = 6;
    await replica.poll();
    disk.failure = new Error('disk full');
    await keeper.stop();
    expect(disk.lines!.join()).toContain('o1_4');

    disk.failure = undefined;
    await keeper.stop();
    expect(disk.lines!.join()).toContain('o1_6');
  });
});
