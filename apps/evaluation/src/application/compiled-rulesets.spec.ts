import { PLATFORM, type FlagDocument } from '#libs/contracts';
import { ManualRulesets } from '#libs/testing';
import { CompiledRulesets } from './compiled-rulesets.js';
import { evaluateFlags } from './evaluate.js';
import { aFlag, DEV } from './flag.spec-support.js';

const { EPOCH } = ManualRulesets;
const flag = (key: string, enabled: boolean, archived = false): FlagDocument => aFlag(key, { enabled, archived });

async function load() {
  const reader = new ManualRulesets();
  const rulesets = new CompiledRulesets(reader);
  const first = await rulesets.for('o1', DEV);
  return { reader, rulesets, first };
}

describe('CompiledRulesets', () => {
  it('loads platform and organization at the first request, then answers without a promise', async () => {
    const { reader, rulesets } = await load();
    expect(reader.loaded).toEqual([PLATFORM, 'o1']);
    expect(rulesets.for('o1', DEV)).not.toBeInstanceOf(Promise);
  });

  it('follows each change, in its values and its version', async () => {
    const { reader, rulesets } = await load();
    reader.put('o1', flag('a.flag', false));
    const before = await rulesets.for('o1', DEV);
    expect(before.version).toBe(`${EPOCH}.0.1`);
    expect(before.ruleset.evaluate('a.flag', {}, 0)).toMatchObject({ value: false });

    reader.put('o1', flag('a.flag', true));
    reader.put(PLATFORM);
    const after = await rulesets.for('o1', DEV);
    expect(after.version).toBe(`${EPOCH}.1.2`);
    expect(after.ruleset.evaluate('a.flag', {}, 0)).toMatchObject({ value: true });
  });

  it('counts a scope as version 0 until it arrives in a new epoch, so that no component decreases within an epoch', async () => {
    const { reader, rulesets } = await load();
    const NEXT = '0000000b1';
    const version = async () => (await rulesets.for('o1', DEV)).version;
    reader.change('o1', new Map(), 12);
    reader.renew(PLATFORM, NEXT);
    expect(await version()).toBe(`${NEXT}.1.0`);
    reader.renew('o1', NEXT);
    reader.change('o1', new Map(), 9);
    expect(await version()).toBe(`${NEXT}.1.10`);
  });

  it('marks rulesets as used, and loads an evicted one again', async () => {
    const { reader, rulesets, first } = await load();
    await rulesets.for('o1', DEV);
    expect(reader.touched).toBe(1);
    reader.evict('o1');

    const loading = rulesets.for('o1', DEV);
    expect(loading).toBeInstanceOf(Promise);
    const after = await loading;
    reader.put('o1', flag('a.flag', true));
    expect([first.ruleset.flagKeys(), after.ruleset.flagKeys()]).toEqual([[], ['a.flag']]);
  });

  it('passes the wanted version on, once the organization is loaded', async () => {
    const { reader, rulesets } = await load();
    const want = { epoch: EPOCH, platform: 0, org: 3 };

    expect(await rulesets.reach('o2', want)).toBe(true);
    expect(reader.loaded).toEqual([PLATFORM, 'o1', 'o2']);
    expect(reader.reached).toEqual([want]);
  });

  it('lists the documents behind a ruleset, and none of an organization that is not held', async () => {
    const { reader, rulesets } = await load();
    reader.put('o1', flag('a.flag', true));

    expect(rulesets.documents('o1')).toEqual({ platform: [], organization: [flag('a.flag', true)] });
    expect(rulesets.documents('o2')).toEqual({ platform: [], organization: [] });
  });

  it('leaves unknown and archived flags out of many, sorted by key', async () => {
    const { reader, rulesets } = await load();
    reader.put('o1', flag('b.flag', true), flag('a.flag', true), flag('old.flag', true, true));
    const { ruleset } = await rulesets.for('o1', DEV);
    const keys = (flags?: readonly string[]) => evaluateFlags(ruleset, flags, {}, 0).map(({ flag_key }) => flag_key);
    expect(keys()).toEqual(['a.flag', 'b.flag']);
    expect(keys(['b.flag', 'no.flag', 'old.flag'])).toEqual(['b.flag']);
  });

  it('returns its age when the last confirmation is more than 5 s old', async () => {
    const { reader, rulesets } = await load();
    reader.confirmedAt = 100_000;
    expect(rulesets.staleSeconds(105_000)).toBeUndefined();
    expect(rulesets.staleSeconds(107_900)).toBe(7);
  });
});
