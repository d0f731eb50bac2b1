import { PLATFORM } from '#libs/contracts';
import { ManualRulesets } from '#libs/testing';
import { Journal, type JournalLimits } from './journal.js';
import { aFlag, EPOCH, ManualArchive } from './stream.spec-support.js';

const LIMITS: JournalLimits = { entries: 3, bytes: 100_000, totalBytes: 1_000_000 };

function setUp(limits: Partial<JournalLimits> = {}, archive = new ManualArchive()) {
  const rulesets = new ManualRulesets();
  const journal = new Journal(rulesets, archive, { ...LIMITS, ...limits });
  const versionsSince = (version: number, scope = 'o1', epoch = EPOCH) =>
    journal.since(scope, epoch, version)?.map((entry) => entry.version);
  const write = (count: number, scope = 'o1'): void => {
    for (let i = 0; i < count; i += 1) rulesets.put(scope, aFlag({ version: i + 1 }));
  };
  return { rulesets, journal, archive, versionsSince, write };
}

describe('Journal', () => {
  it('returns the changes since a version, and nothing for the newest one', async () => {
    const { rulesets, versionsSince, write } = setUp();
    await rulesets.require('o1');
    write(3);

    expect(versionsSince(1)).toEqual([2, 3]);
    expect(versionsSince(3)).toEqual([]);
  });

  it('does not answer for another epoch, a later version or an unknown scope', async () => {
    const { rulesets, versionsSince, write } = setUp();
    await rulesets.require('o1');
    write(1);

    expect(versionsSince(0, 'o1', '0000000a2')).toBeUndefined();
    expect(versionsSince(2)).toBeUndefined();
    expect(versionsSince(0, PLATFORM)).toBeUndefined();
  });

  it('keeps as many entries of a scope as the limit allows', async () => {
    const { rulesets, versionsSince, write } = setUp();
    await rulesets.require('o1');
    write(5);

    expect(versionsSince(2)).toEqual([3, 4, 5]);
    expect(versionsSince(1)).toBeUndefined();
  });

  it('keeps as many bytes of a scope as the limit allows', async () => {
    const { rulesets, versionsSince, write } = setUp({ bytes: 1 });
    await rulesets.require('o1');
    write(2);

    expect(versionsSince(2)).toEqual([]);
    expect(versionsSince(1)).toBeUndefined();
  });

  it('drops the scopes that changed longest ago when all together exceed the limit', async () => {
    const bytesOfOne = JSON.stringify([{ ref: 'flag:a.flag', document: aFlag(), before: null }]).length;
    const { rulesets, versionsSince, write } = setUp({ totalBytes: bytesOfOne });
    await Promise.all([rulesets.require('o1'), rulesets.require('o2')]);
    write(1, 'o1');
    expect(versionsSince(0, 'o1')).toEqual([1]);

    write(1, 'o2');
    expect(versionsSince(0, 'o1')).toBeUndefined();
    expect(versionsSince(0, 'o2')).toEqual([1]);
  });

  it('starts again after an eviction and after a gap', async () => {
    const { rulesets, versionsSince, write } = setUp();
    await rulesets.require('o1');
    write(1);
    rulesets.change('o1', new Map(), 2);
    expect([versionsSince(0), versionsSince(3)]).toEqual([undefined, []]);

    rulesets.evict('o1');
    expect(versionsSince(3)).toBeUndefined();
  });

  it('adds earlier changes from the archive, and reads it once', async () => {
    const source = new ManualRulesets();
    const { rulesets, journal, archive, versionsSince } = setUp({}, new ManualArchive(source));
    for (let version = 1; version <= 2; version += 1) source.put('o1', aFlag({ version }));
    rulesets.loadFrom(source);
    expect(versionsSince(0)).toBeUndefined();

    await Promise.all([journal.fetch('o1', EPOCH, 0), journal.fetch('o1', EPOCH, 1)]);
    await journal.fetch('o1', EPOCH, 0);
    expect(versionsSince(0)).toEqual([1, 2]);
    expect(archive.asked).toBe(1);
  });

  it('keeps no more than the limit of all scopes when it reads the archive', async () => {
    const source = new ManualRulesets();
    const bytesOfOne = JSON.stringify([{ ref: 'flag:a.flag', document: aFlag(), before: null }]).length;
    const { rulesets, journal, versionsSince } = setUp({ totalBytes: bytesOfOne }, new ManualArchive(source));
    for (const scope of ['o1', 'o2']) source.put(scope, aFlag());
    rulesets.loadFrom(source);
    for (const scope of ['o1', 'o2']) await journal.fetch(scope, EPOCH, 0);

    const kept = [versionsSince(0, 'o1'), versionsSince(0, 'o2')].filter((versions) => versions !== undefined);
    expect(kept).toEqual([[1]]);
  });

  it('does not read the archive for more versions than it keeps', async () => {
    const { rulesets, journal, archive } = setUp();
    rulesets.change('o1', new Map(), 10);
    await journal.fetch('o1', EPOCH, 2);

    expect(archive.asked).toBe(0);
  });
});
