import {
  PLATFORM,
  refOf,
  type FlagDocument,
  type KillSwitchDocument,
  type RulesetDocument,
  type Scope,
} from '#libs/contracts';
import { Clock } from '#libs/kernel';
import { Channels } from './channels.js';
import type { Frame } from './frames.js';
import { Rulesets, type HeldScope, type Reader, type ScopeUpdate } from './ports.js';

const EPOCH = '0000000a1';
const DEV = { id: 'e-dev', name: 'dev' };

class FixedClock extends Clock {
  override now(): Date {
    return new Date('2026-01-01T00:00:00.000Z');
  }
}

/** Rulesets that a test moves by hand. */
class ManualRulesets extends Rulesets {
  readonly #scopes = new Map<Scope, { version: number; documents: Map<string, RulesetDocument> }>();
  readonly #epochs = new Map<Scope, string>();
  #listener: (update: ScopeUpdate) => void = () => undefined;
  override require(): Promise<void> {
    return Promise.resolve();
  }
  override get(scope: Scope): HeldScope {
    const held = this.#scopes.get(scope) ?? { version: 0, documents: new Map<string, RulesetDocument>() };
    return { scope, epoch: this.#epochs.get(scope) ?? EPOCH, ...held };
  }
  override confirmedAt(): number {
    return Date.parse('2025-12-31T23:59:53.000Z');
  }
  override onUpdate(listener: (update: ScopeUpdate) => void): void {
    this.#listener = listener;
  }
  isInUse: (scope: Scope) => boolean = () => false;
  evict: (scope: Scope) => void = () => undefined;
  override keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.isInUse = isInUse;
  }
  override onEvicted(listener: (scope: Scope) => void): void {
    this.evict = listener;
  }
  put(scope: Scope, ...documents: RulesetDocument[]): void {
    const { version, documents: held } = this.get(scope);
    const next = new Map(held);
    const changes = documents.map((document) => {
      const ref = refOf(document);
      next.set(ref, document);
      return { ref, document, before: held.get(ref) ?? null };
    });
    this.#scopes.set(scope, { version: version + 1, documents: next });
    this.#listener({ scope, epoch: EPOCH, version: version + 1, changes });
  }
  /** The scope arrives in another lifetime of the database, at version 1 with these documents. */
  renew(scope: Scope, epoch: string, ...documents: RulesetDocument[]): void {
    this.#epochs.set(scope, epoch);
    this.#scopes.set(scope, { version: 1, documents: new Map(documents.map((one) => [refOf(one), one])) });
    this.#listener({ scope, epoch, version: 1, changes: [] });
  }
  remove(scope: Scope, document: RulesetDocument): void {
    const { version, documents } = this.get(scope);
    const next = new Map(documents);
    next.delete(refOf(document));
    this.#scopes.set(scope, { version: version + 1, documents: next });
    const change = { ref: refOf(document), document: null, before: document };
    this.#listener({ scope, epoch: EPOCH, version: version + 1, changes: [change] });
  }
}

class Listener implements Reader {
  readonly frames: string[] = [];
  write({ bytes }: Frame): void {
    this.frames.push(bytes.toString('utf8'));
  }
  heard(): { id: string; event: string; data: Record<string, unknown> }[] {
    return this.frames.map((text) => {
      const [id, event, data] = text
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(line.indexOf(': ') + 2));
      return { id: id!, event: event!, data: (JSON.parse(data!) as { data: Record<string, unknown> }).data };
    });
  }
  events(): string[] {
    return this.heard().map(({ event }) => event);
  }
}

const aFlag = (over: Partial<FlagDocument> = {}): FlagDocument => ({
  kind: 'flag',
  id: 'f1',
  key: 'a.flag',
  type: 'boolean',
  variants: [
    { name: 'off', value: false, weight: 1 },
    { name: 'on', value: true, weight: 1 },
  ],
  default_variant: 'off',
  prerequisites: [],
  salt: 'a.flag',
  exposure_tracking: true,
  archived: false,
  version: 1,
  configs: { [DEV.id]: { enabled: true, targets: {}, rules: [], version: 1 } },
  ...over,
});
const aSwitch = (is_active: boolean, version = 1): KillSwitchDocument => ({
  kind: 'kill_switch',
  id: 'k1',
  key: 'stop_it',
  linked_flag_keys: ['a.flag'],
  is_active,
  version,
});

describe('a channel', () => {
  let rulesets: ManualRulesets;
  let channels: Channels;
  let reader: Listener;
  const join = async () => {
    const channel = await channels.open('o1', DEV);
    channel.readers.add(reader);
    return channel;
  };

  beforeEach(() => {
    rulesets = new ManualRulesets();
    channels = new Channels(rulesets, new FixedClock());
    reader = new Listener();
  });

  it('keeps its organization while it has readers; without, it goes with it', async () => {
    const channel = await join();
    expect([rulesets.isInUse('o1'), rulesets.isInUse('o2')]).toEqual([true, false]);

    channel.readers.delete(reader);
    expect(rulesets.isInUse('o1')).toBe(false);
    rulesets.evict('o1');
    expect(await channels.open('o1', DEV)).not.toBe(channel);
  });

  it('begins with the full state, serialised once for all', async () => {
    rulesets.put('o1', aFlag(), aSwitch(true));
    const channel = await join();
    const now = new Date();
    reader.write(channel.init(now));
    expect(channel.init(now)).toBe(channel.init(now));
    expect(reader.heard()).toEqual([
      {
        id: `${EPOCH}.0.1`,
        event: 'init',
        data: {
          version: `${EPOCH}.0.1`,
          flags: [{ flag_key: 'a.flag', enabled: true, default_variant: 'off', default_value: false, archived: false }],
          kill_switches: [{ kill_switch_key: 'stop_it', linked_flag_keys: ['a.flag'] }],
          timestamp: now.toISOString(),
        },
      },
    ]);
  });

  it('tells the life of a flag, each step once, under the version of the change', async () => {
    await join();
    rulesets.put('o1', aFlag());
    rulesets.put('o1', aFlag({ configs: { [DEV.id]: { enabled: false, targets: {}, rules: [], version: 2 } } }));
    rulesets.put('o1', aFlag({ archived: true, version: 2 }));
    rulesets.put('o1', aFlag({ version: 3 }));
    rulesets.remove('o1', aFlag({ version: 3 }));
    expect(reader.events()).toEqual(['flag.created', 'flag.updated', 'flag.archived', 'flag.restored', 'flag.deleted']);
    expect(reader.heard().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((version) => `${EPOCH}.0.${version}`));
    expect(reader.heard()[1]!.data).toMatchObject({ flag_key: 'a.flag', environment: 'dev', enabled: false });
  });

  it('says nothing of a change in another environment', async () => {
    rulesets.put('o1', aFlag());
    await join();
    const { configs } = aFlag();
    rulesets.put(
      'o1',
      aFlag({ configs: { ...configs, other: { enabled: true, targets: {}, rules: [], version: 5 } } }),
    );
    expect(reader.frames).toEqual([]);
  });

  it('says nothing to another organization', async () => {
    await join();
    rulesets.put('o2', aFlag());
    expect(reader.frames).toEqual([]);
  });

  it('hears a live platform flag hide its own flag, and its archiving uncover it', async () => {
    rulesets.put('o1', aFlag());
    await join();
    const above = aFlag({ id: 'p1', configs: { '*': { enabled: false, targets: {}, rules: [], version: 1 } } });
    rulesets.put(PLATFORM, above);
    rulesets.put(PLATFORM, { ...above, archived: true, version: 2 });
    expect(reader.heard().map(({ event, data }) => [event, data['enabled']])).toEqual([
      ['flag.updated', false],
      ['flag.updated', true],
    ]);
  });

  it('hears switches that are thrown and lifted, not edits of one at rest', async () => {
    await join();
    rulesets.put('o1', aSwitch(false));
    rulesets.put('o1', aSwitch(true, 2));
    rulesets.put('o1', aSwitch(false, 3));
    rulesets.put(PLATFORM, aSwitch(true));
    rulesets.remove(PLATFORM, aSwitch(true));
    expect(reader.events()).toEqual([
      'killswitch.activated',
      'killswitch.deactivated',
      'killswitch.activated',
      'killswitch.deactivated',
    ]);
  });

  it('names the flags behind a changed segment, also through another segment', async () => {
    const segment = (key: string, conditions: object[]): RulesetDocument =>
      ({ kind: 'segment', id: key, key, included: [], excluded: [], conditions, version: 1 }) as RulesetDocument;
    const rules = [{ id: 'r', conditions: [{ any: [{ not: { segment: 'outer', operator: 'in' } }] }] }] as const;
    rulesets.put(
      'o1',
      aFlag({ configs: { [DEV.id]: { enabled: true, targets: {}, rules, version: 1 } } }),
      aFlag({ id: 'f2', key: 'b.flag' }),
      segment('outer', [{ segment: 'inner', operator: 'in' }]),
    );
    await join();
    rulesets.put('o1', segment('inner', []));
    rulesets.put('o1', segment('unused', []));
    expect(reader.heard()).toMatchObject([{ event: 'ruleset.updated', data: { flag_keys: ['a.flag'] } }]);
  });

  it('begins again with the full state when both scopes have arrived in a new epoch, and says nothing in between', async () => {
    const NEXT = '0000000b1';
    rulesets.put(PLATFORM, aSwitch(false));
    rulesets.put('o1', aFlag(), aFlag({ id: 'f2', key: 'lost.flag' }));
    await join();

    rulesets.renew(PLATFORM, NEXT, aSwitch(true));
    expect(reader.heard()).toEqual([]);
    rulesets.renew('o1', NEXT, aFlag());
    rulesets.put('o1', aFlag({ archived: true, version: 2 }));

    expect(reader.heard()).toMatchObject([
      {
        id: `${NEXT}.1.1`,
        event: 'init',
        data: { flags: [{ flag_key: 'a.flag', archived: false }], kill_switches: [{ kill_switch_key: 'stop_it' }] },
      },
      { id: `${NEXT}.1.2`, event: 'flag.archived' },
    ]);
  });

  it('beats with the age of what it knows', async () => {
    await join();
    channels.heartbeat();
    expect(reader.heard()).toMatchObject([{ event: 'heartbeat', data: { version: `${EPOCH}.0.0`, stale_seconds: 7 } }]);
  });

  it('tells OFREP clients to evaluate again, once a change and only where it touches them', async () => {
    rulesets.put('o1', aFlag());
    const channel = await channels.open('o1', DEV);
    channel.refetchers.add(reader);
    const { configs } = aFlag();
    const elsewhere = { enabled: true, targets: {}, rules: [], version: 5 };

    rulesets.put('o1', aFlag({ version: 2 }), aSwitch(true));
    rulesets.put('o1', aFlag({ version: 2, configs: { ...configs, other: elsewhere } }));
    channels.heartbeat();

    const version = `${EPOCH}.0.2`;
    const data = `{"type":"refetchEvaluation","etag":"\\"${version}\\"","lastModified":1767225600}`;
    expect(reader.frames).toEqual([`id: ${version}\nevent: message\ndata: ${data}\n\n`, ': alive\n\n']);
  });
});
