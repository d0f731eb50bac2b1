import { PLATFORM, type DocumentChange, type FlagDocument, type Scope } from '#libs/contracts';
import { CompiledRulesets } from './compiled-rulesets.js';
import { evaluateFlags } from './evaluate.js';
import { RulesetFeed, type ScopeChange } from './ports.js';

const EPOCH = '0000000a1';
const DEV = { id: 'e1', name: 'dev' };
const flag = (key: string, enabled: boolean, archived = false): DocumentChange => {
  const rules = [{ id: 'r1', conditions: [], serve: { variant: 'on' } }];
  const document: FlagDocument = {
    kind: 'flag',
    id: key,
    key,
    type: 'boolean',
    variants: [
      { name: 'off', value: false, weight: 1 },
      { name: 'on', value: true, weight: 1 },
    ],
    default_variant: 'off',
    prerequisites: [],
    salt: key,
    exposure_tracking: true,
    archived,
    version: 1,
    configs: { [DEV.id]: { enabled, targets: {}, rules, version: 1 } },
  };
  return { ref: `flag:${key}`, document };
};

class ManualFeed extends RulesetFeed {
  #listener: (change: ScopeChange) => void = () => undefined;
  readonly required: Scope[] = [];
  at = 0;
  override require(scope: Scope): Promise<void> {
    this.required.push(scope);
    this.change(scope, 1);
    return Promise.resolve();
  }
  override reach(): Promise<boolean> {
    return Promise.resolve(true);
  }
  override confirmedAt(): number {
    return this.at;
  }
  override onChange(listener: (change: ScopeChange) => void): void {
    this.#listener = listener;
  }
  override touch(): void {
    this.touched += 1;
  }
  override onEvicted(listener: (scope: Scope) => void): void {
    this.evict = listener;
  }
  touched = 0;
  evict: (scope: Scope) => void = () => undefined;
  epoch = EPOCH;
  change(scope: Scope, version: number, ...changes: DocumentChange[]): void {
    this.#listener({ scope, epoch: this.epoch, version, changes });
  }
}

describe('CompiledRulesets', () => {
  it('loads platform and organization at the first request, then answers at once', async () => {
    const feed = new ManualFeed();
    const rulesets = new CompiledRulesets(feed);
    await rulesets.for('o1', DEV);
    expect(feed.required.toSorted()).toEqual(['o1', PLATFORM]);
    expect(rulesets.for('o1', DEV)).not.toBeInstanceOf(Promise);
  });

  it('moves with each change, and its version with it', async () => {
    const feed = new ManualFeed();
    const rulesets = new CompiledRulesets(feed);
    await rulesets.for('o1', DEV);
    feed.change('o1', 2, flag('a.flag', false));
    const before = await rulesets.for('o1', DEV);
    expect(before.version).toBe(`${EPOCH}.1.2`);
    expect(before.ruleset.evaluate('a.flag', {}, 0)).toMatchObject({ value: false });

    feed.change('o1', 3, flag('a.flag', true));
    feed.change(PLATFORM, 2);
    const after = await rulesets.for('o1', DEV);
    expect(after.version).toBe(`${EPOCH}.2.3`);
    expect(after.ruleset.evaluate('a.flag', {}, 0)).toMatchObject({ value: true });
  });

  it('counts a scope that has not arrived in a new epoch as nothing, so that no component falls within it', async () => {
    const feed = new ManualFeed();
    const rulesets = new CompiledRulesets(feed);
    await rulesets.for('o1', DEV);
    const version = async () => (await rulesets.for('o1', DEV)).version;
    feed.change('o1', 12);
    feed.epoch = '0000000b1';
    feed.change(PLATFORM, 1);
    expect(await version()).toBe('0000000b1.1.0');
    feed.change('o1', 10);
    expect(await version()).toBe('0000000b1.1.10');
  });

  it('says what is used, and loads anew what was let go meanwhile', async () => {
    const feed = new ManualFeed();
    const rulesets = new CompiledRulesets(feed);
    const before = await rulesets.for('o1', DEV);
    await rulesets.for('o1', DEV);
    expect(feed.touched).toBe(1);
    feed.evict('o1');

    const loading = rulesets.for('o1', DEV);
    expect(loading).toBeInstanceOf(Promise);
    const after = await loading;
    feed.change('o1', 2, flag('a.flag', true));
    expect([before.ruleset.flagKeys(), after.ruleset.flagKeys()]).toEqual([[], ['a.flag']]);
  });

  it('leaves unknown and archived flags out of many, sorted by key', async () => {
    const feed = new ManualFeed();
    const rulesets = new CompiledRulesets(feed);
    await rulesets.for('o1', DEV);
    feed.change('o1', 2, flag('b.flag', true), flag('a.flag', true), flag('old.flag', true, true));
    const { ruleset } = await rulesets.for('o1', DEV);
    const keys = (flags?: readonly string[]) => evaluateFlags(ruleset, flags, {}, 0).map(({ flag_key }) => flag_key);
    expect(keys()).toEqual(['a.flag', 'b.flag']);
    expect(keys(['b.flag', 'no.flag', 'old.flag'])).toEqual(['b.flag']);
  });

  it('says how old it is once nobody has confirmed it for 5 s', () => {
    const feed = new ManualFeed();
    const rulesets = new CompiledRulesets(feed);
    feed.at = 100_000;
    expect(rulesets.staleSeconds(105_000)).toBeUndefined();
    expect(rulesets.staleSeconds(107_900)).toBe(7);
  });
});
