import fc from 'fast-check';
import { parseVersion, PLATFORM, refOf, type RulesetDocument, type Scope } from '#libs/contracts';
import type { Channel } from './channel.js';
import { Channels } from './channels.js';
import { aFlag, aSegment, aSwitch, DEV, EPOCH, ManualArchive, messagesOf, newYear } from './stream.spec-support.js';
import { ManualRulesets } from '#libs/testing';
import type { Frame } from './frames.js';

const NOW = new Date('2026-01-01T00:00:00.000Z');
type Kind = 'state' | 'ruleset';

/** A streaming process: its rulesets, and its channel of one environment. */
async function evaluator(archive: ManualArchive, rulesets = new ManualRulesets()) {
  const channels = new Channels(rulesets, archive, newYear());
  return { rulesets, channels, channel: await channels.open('o1', DEV) };
}
async function resume({ channels, channel }: { channels: Channels; channel: Channel }, kind: Kind, from: string) {
  const last = parseVersion(from)!;
  await channels.recall('o1', last);
  return channel.resumed(kind, last, NOW);
}

type Fields = Record<string, unknown>;
/** The state of a client: flags, active kill switches and documents, by name. */
type Client = Map<string, unknown>;

/** The state of a client after some frames, as Loom's SDKs compute it. @throws when an id decreases */
function stateAfter(frames: readonly Frame[]): Client {
  const client: Client = new Map();
  let [platform, org] = [0, 0];
  for (const { id, event, data } of frames.flatMap(messagesOf)) {
    const at = parseVersion(id)!;
    if (at.platform < platform || at.org < org) throw new Error(`${id} after ${platform}.${org}`);
    [platform, org] = [at.platform, at.org];
    if (event === 'init') take(client, data);
    else move(client, event, data);
  }
  return client;
}
function take(client: Client, { flags = [], kill_switches = [], platform = [], organization = [] }: Fields): void {
  for (const flag of flags as Fields[]) client.set(`state ${String(flag['flag_key'])}`, flag);
  for (const one of kill_switches as Fields[])
    client.set(`switch ${String(one['kill_switch_key'])}`, one['linked_flag_keys']);
  for (const document of platform as RulesetDocument[]) client.set(`platform ${refOf(document)}`, document);
  for (const document of organization as RulesetDocument[]) client.set(`organization ${refOf(document)}`, document);
}
function move(client: Client, event: string, { changes, ...data }: Fields): void {
  for (const { scope, ref, document } of (changes ?? []) as Record<string, unknown>[]) {
    if (document === null) client.delete(`${String(scope)} ${String(ref)}`);
    else client.set(`${String(scope)} ${String(ref)}`, document);
  }
  if (changes !== undefined) return;
  if (event === 'flag.deleted') client.delete(`state ${String(data['flag_key'])}`);
  else if (event.startsWith('flag.')) client.set(`state ${String(data['flag_key'])}`, stateOf(data));
  else if (event === 'killswitch.deactivated') client.delete(`switch ${String(data['kill_switch_key'])}`);
  else if (event === 'killswitch.activated')
    client.set(`switch ${String(data['kill_switch_key'])}`, data['linked_flag_keys']);
}

function stateOf({ flag_key, enabled, default_variant, default_value, archived }: Fields): Fields {
  return { flag_key, enabled, default_variant, default_value, archived };
}

const scopes: readonly Scope[] = [PLATFORM, 'o1'];
const kinds: readonly Kind[] = ['state', 'ruleset'];

/** A change: documents of a few keys, so that they meet; each with a revision of its own. */
const aChange = fc.record({
  scope: fc.constantFrom(...scopes),
  what: fc.constantFrom('flag', 'elsewhere', 'archive', 'delete', 'switch', 'segment', 'no switch'),
  key: fc.constantFrom('a', 'b'),
  isOn: fc.boolean(),
});
type AChange = typeof aChange extends fc.Arbitrary<infer T> ? T : never;

function make(rulesets: ManualRulesets, { scope, what, key, isOn }: AChange, version: number): void {
  const config = { enabled: isOn, targets: {}, rules: [], version };
  const environment = what === 'elsewhere' ? 'other' : scope === PLATFORM ? '*' : DEV.id;
  const held = rulesets.get(scope)?.documents.get(`flag:${key}`);
  const configs = { ...(held?.kind === 'flag' ? held.configs : {}), [environment]: config };
  const flag = aFlag({ id: `${scope} ${key}`, key, version, configs, archived: what === 'archive' && isOn });
  const killSwitch = { ...aSwitch(isOn, version), key, linked_flag_keys: isOn ? [key] : [] };
  if (what === 'segment') rulesets.put(scope, aSegment(key, [], version));
  else if (what === 'switch') rulesets.put(scope, killSwitch);
  else if (what === 'no switch') rulesets.remove(scope, killSwitch);
  else if (what === 'delete') rulesets.remove(scope, flag);
  else rulesets.put(scope, flag);
}

describe('resuming', () => {
  it('from any version, at any instance, leads to the same state as `init`', async () => {
    const history = fc.array(aChange, { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async (changes, startsAt) => {
        const archive = new ManualArchive();
        const rulesets = new ManualRulesets();
        const old = await evaluator(archive, rulesets);
        const written = new ManualArchive(rulesets);
        const begun: { version: string; init: Record<Kind, Frame> }[] = [];
        const begin = (): unknown =>
          begun.push({
            version: old.channel.version,
            init: { state: old.channel.init('state', NOW), ruleset: old.channel.init('ruleset', NOW) },
          });
        let late: Awaited<ReturnType<typeof evaluator>> | undefined;
        begin();
        for (const [index, change] of changes.entries()) {
          if (index === startsAt % changes.length) {
            late = await evaluator(written);
            late.rulesets.loadFrom(rulesets);
            const { change: follow } = late.rulesets;
            rulesets.onUpdate((update) => {
              const documents = update.changes.map(({ ref, document }) => [ref, document] as const);
              follow.call(late!.rulesets, update.scope, new Map(documents));
            });
          }
          make(rulesets, change, index + 1);
          begin();
        }
        const fresh = await evaluator(written);
        fresh.rulesets.loadFrom(rulesets);
        for (const instance of [old, late!, fresh]) {
          for (const kind of kinds) {
            const now = stateAfter([instance.channel.init(kind, NOW)]);
            for (const { version, init } of begun) {
              const resumed = await resume(instance, kind, version);
              expect(resumed).toBeDefined();
              expect(stateAfter([init[kind], resumed!])).toEqual(now);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('sends each missed change with its own id, after the id that the reader has', async () => {
    const archive = new ManualArchive();
    const one = await evaluator(archive);
    one.rulesets.put('o1', aFlag());
    const from = one.channel.version;
    one.rulesets.put('o1', aFlag({ version: 2 }));
    one.rulesets.put(PLATFORM, aSwitch(true));
    one.rulesets.put(
      'o1',
      aFlag({
        version: 2,
        configs: { ...aFlag().configs, other: { enabled: true, targets: {}, rules: [], version: 1 } },
      }),
    );
    one.rulesets.put('o1', aFlag({ version: 3 }));

    const resumed = messagesOf((await resume(one, 'state', from))!);

    expect(resumed.map(({ id, event }) => [id, event])).toEqual([
      [from, 'resumed'],
      [`${EPOCH}.1.1`, 'killswitch.activated'],
      [`${EPOCH}.1.2`, 'flag.updated'],
      [`${EPOCH}.1.4`, 'flag.updated'],
    ]);
    expect(resumed[0]!.data).toMatchObject({ from, version: one.channel.version });
    expect(archive.asked).toBe(0);
  });

  it('is one frame for all readers at the same version, until the next change', async () => {
    const one = await evaluator(new ManualArchive());
    one.rulesets.put('o1', aFlag());
    const from = `${EPOCH}.0.0`;
    const first = await resume(one, 'state', from);
    expect(await resume(one, 'state', from)).toBe(first);
    one.rulesets.put('o1', aFlag({ version: 2 }));
    expect(await resume(one, 'state', from)).not.toBe(first);
  });

  it('is made again for each reader when it is large: readers choose their version, so no memory is spent on it', async () => {
    const one = await evaluator(new ManualArchive());
    const text = 'x'.repeat(5_000);
    const variants = [{ name: 'off', value: text, weight: 1 }];
    for (let version = 1; version <= 3; version += 1) one.rulesets.put('o1', aFlag({ version, variants }));
    const from = `${EPOCH}.0.1`;
    const first = (await resume(one, 'state', from))!;

    expect(await resume(one, 'state', from)).toEqual(first);
    expect(await resume(one, 'state', from)).not.toBe(first);
  });

  it('reads the archive once for all waiting readers, and not again for missing entries', async () => {
    const rulesets = new ManualRulesets();
    const archive = new ManualArchive(rulesets);
    for (let version = 1; version <= 10; version += 1) rulesets.put('o1', aFlag({ version }));
    archive.forget('o1', 4);
    const one = await evaluator(archive);
    one.rulesets.loadFrom(rulesets);

    const from = (version: number): string => `${EPOCH}.0.${version}`;
    const all = await Promise.all([9, 7, 4, 3].map((version) => resume(one, 'state', from(version))));
    expect(all.map((frame) => frame !== undefined)).toEqual([true, true, true, false]);
    expect(await resume(one, 'state', from(3))).toBeUndefined();
    expect(archive.asked).toBe(1);
  });

  describe('is replaced by the full state', () => {
    const setUp = async (versions = 3) => {
      const rulesets = new ManualRulesets();
      const archive = new ManualArchive(rulesets);
      for (let version = 1; version <= versions; version += 1) rulesets.put('o1', aFlag({ version }));
      const one = await evaluator(archive);
      one.rulesets.loadFrom(rulesets);
      return { one, archive };
    };

    it.each([
      ['of another epoch', `0000000a0.0.1`],
      ['of a later epoch', `0000000a2.0.1`],
      ['ahead of the newest version', `${EPOCH}.0.9`],
      ['with one component ahead', `${EPOCH}.1.2`],
    ])('for an id %s', async (_what, from) => {
      const { one } = await setUp();
      expect(await resume(one, 'state', from)).toBeUndefined();
      expect(messagesOf(one.channel.init('state', NOW))[0]).toMatchObject({ id: `${EPOCH}.0.3`, event: 'init' });
    });

    it('when the archive is away, which is read again for the next reader', async () => {
      const { one, archive } = await setUp();
      archive.isAway = true;
      expect(await resume(one, 'state', `${EPOCH}.0.1`)).toBeUndefined();
      archive.isAway = false;
      one.rulesets.put('o1', aFlag({ version: 4 }));
      expect(await resume(one, 'state', `${EPOCH}.0.1`)).toBeDefined();
    });

    it('when the missed events are larger than 1 MiB', async () => {
      const one = await evaluator(new ManualArchive());
      const big = (version: number) =>
        aFlag({ version, variants: [{ name: 'off', value: 'x'.repeat(400_000), weight: 1 }] });
      for (let version = 1; version <= 4; version += 1) one.rulesets.put('o1', big(version));
      expect(await resume(one, 'state', `${EPOCH}.0.1`)).toBeUndefined();
      expect(await resume(one, 'state', `${EPOCH}.0.2`)).toBeDefined();
    });

    it('more than 1,000 versions back', async () => {
      const { one } = await setUp(1_002);
      expect(await resume(one, 'state', `${EPOCH}.0.1`)).toBeUndefined();
      expect(await resume(one, 'state', `${EPOCH}.0.2`)).toBeDefined();
    });

    it('across a gap that was closed by a snapshot', async () => {
      const one = await evaluator(new ManualArchive());
      one.rulesets.put('o1', aFlag());
      one.rulesets.change('o1', new Map([['flag:a.flag', aFlag({ version: 3 })]]), 2);
      expect(await resume(one, 'state', `${EPOCH}.0.1`)).toBeUndefined();
      expect(await resume(one, 'state', `${EPOCH}.0.3`)).toBeDefined();
    });

    it('when the changes in the archive do not lead to the current state', async () => {
      const rulesets = new ManualRulesets();
      const archive = new ManualArchive(rulesets);
      rulesets.put('o1', aFlag());
      rulesets.put('o1', aFlag({ version: 2 }));
      const one = await evaluator(archive);
      one.rulesets.change('o1', new Map([['flag:a.flag', aFlag({ version: 7 })]]), 2);
      expect(await resume(one, 'state', `${EPOCH}.0.1`)).toBeUndefined();
    });
  });

  it('waits for the version that a reader received elsewhere', async () => {
    const { rulesets, channels } = await evaluator(new ManualArchive());
    const last = parseVersion(`${EPOCH}.0.9`)!;
    await channels.open('o1', DEV, last);
    expect(rulesets.reached).toEqual([last]);
  });
});
