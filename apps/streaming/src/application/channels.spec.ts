import { PLATFORM } from '#libs/contracts';
import { Channels } from './channels.js';
import { aFlag, aSegment, aSwitch, DEV, EPOCH, KeepingReader, ManualArchive, newYear } from './stream.spec-support.js';
import { ManualRulesets } from '#libs/testing';

describe('a channel', () => {
  let rulesets: ManualRulesets;
  let channels: Channels;
  let reader: KeepingReader;
  const join = async () => {
    const channel = await channels.open('o1', DEV);
    channel.readers.state.add(reader);
    return channel;
  };

  beforeEach(() => {
    rulesets = new ManualRulesets();
    channels = new Channels(rulesets, new ManualArchive(), newYear());
    reader = new KeepingReader();
  });

  it('protects its organization from eviction while it has readers, and is evicted with it otherwise', async () => {
    const channel = await join();
    expect([rulesets.isInUse('o1'), rulesets.isInUse('o2')]).toEqual([true, false]);

    channel.readers.state.delete(reader);
    const release = channels.hold('o1');
    expect(rulesets.isInUse('o1')).toBe(true);
    release();
    expect(rulesets.isInUse('o1')).toBe(false);
    rulesets.evict('o1');
    expect(await channels.open('o1', DEV)).not.toBe(channel);
  });

  it('begins with the full state, serialised once for all readers', async () => {
    rulesets.put('o1', aFlag(), aSwitch(true));
    const channel = await join();
    const now = new Date();
    reader.write(channel.init('state', now));
    expect(channel.init('state', now)).toBe(channel.init('state', now));
    expect(reader.messages()).toEqual([
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

  it('sends one event for each change of a flag, with the version of the change', async () => {
    await join();
    rulesets.put('o1', aFlag());
    rulesets.put('o1', aFlag({ configs: { [DEV.id]: { enabled: false, targets: {}, rules: [], version: 2 } } }));
    rulesets.put('o1', aFlag({ archived: true, version: 2 }));
    rulesets.put('o1', aFlag({ version: 3 }));
    rulesets.remove('o1', aFlag({ version: 3 }));
    expect(reader.events()).toEqual(['flag.created', 'flag.updated', 'flag.archived', 'flag.restored', 'flag.deleted']);
    expect(reader.messages().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((version) => `${EPOCH}.0.${version}`));
    expect(reader.messages()[1]!.data).toMatchObject({ flag_key: 'a.flag', environment: 'dev', enabled: false });
  });

  it('sends nothing for a change in another environment', async () => {
    rulesets.put('o1', aFlag());
    await join();
    const { configs } = aFlag();
    rulesets.put(
      'o1',
      aFlag({ configs: { ...configs, other: { enabled: true, targets: {}, rules: [], version: 5 } } }),
    );
    expect(reader.frames).toEqual([]);
  });

  it('sends nothing for a change in another organization', async () => {
    await join();
    rulesets.put('o2', aFlag());
    expect(reader.frames).toEqual([]);
  });

  it('sends updates when a platform flag hides the own flag, and when its archiving shows it again', async () => {
    rulesets.put('o1', aFlag());
    await join();
    const above = aFlag({ id: 'p1', configs: { '*': { enabled: false, targets: {}, rules: [], version: 1 } } });
    rulesets.put(PLATFORM, above);
    rulesets.put(PLATFORM, { ...above, archived: true, version: 2 });
    expect(reader.messages().map(({ event, data }) => [event, data['enabled']])).toEqual([
      ['flag.updated', false],
      ['flag.updated', true],
    ]);
  });

  it('sends activations and deactivations of kill switches, not edits of an inactive one', async () => {
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

  it('treats the kill switches of one key as one: inactive when all of them are', async () => {
    rulesets.put('o1', { ...aSwitch(true), linked_flag_keys: ['own.flag'] });
    const channel = await join();
    rulesets.put(PLATFORM, aSwitch(true));
    rulesets.put(PLATFORM, aSwitch(false, 2));
    rulesets.put('o1', aSwitch(false, 2));

    expect(reader.messages().map(({ event, data }) => [event, data['linked_flag_keys']])).toEqual([
      ['killswitch.activated', ['a.flag', 'own.flag']],
      ['killswitch.activated', ['own.flag']],
      ['ruleset.updated', undefined],
      ['killswitch.deactivated', ['own.flag']],
    ]);
    expect(channel.init('state', new Date()).bytes.toString()).toContain('"kill_switches":[]');
  });

  it('names the flags that an edit of an active kill switch released', async () => {
    rulesets.put('o1', aFlag(), { ...aSwitch(true), linked_flag_keys: ['a.flag', 'b.flag'] });
    const channel = await join();
    const refetched = new KeepingReader();
    channel.readers.refetch.add(refetched);

    rulesets.put('o1', { ...aSwitch(true, 2), linked_flag_keys: ['b.flag', 'c.flag'] });
    rulesets.put('o1', { ...aSwitch(true, 3), linked_flag_keys: ['b.flag', 'c.flag', 'd.flag'] });
    rulesets.put('o1', { ...aSwitch(true, 4), linked_flag_keys: ['b.flag', 'c.flag', 'd.flag'] });

    expect(reader.messages()).toMatchObject([
      { event: 'killswitch.activated', data: { linked_flag_keys: ['b.flag', 'c.flag'] } },
      { event: 'ruleset.updated', data: { flag_keys: ['a.flag'] } },
      { event: 'killswitch.activated', data: { linked_flag_keys: ['b.flag', 'c.flag', 'd.flag'] } },
    ]);
    expect(refetched.frames).toHaveLength(2);
  });

  it('sends documents of the environment to servers, also those without an event of their own', async () => {
    const other = { other: { enabled: true, targets: {}, rules: [], version: 1 } };
    rulesets.put('o1', aFlag({ configs: { ...aFlag().configs, ...other } }));
    const channel = await channels.open('o1', DEV);
    channel.readers.ruleset.add(reader);
    reader.write(channel.init('ruleset', new Date()));
    rulesets.put('o1', aFlag({ version: 2, configs: { ...aFlag().configs, ...other } }));
    rulesets.put('o1', aSwitch(false));
    rulesets.put('o1', aFlag({ version: 2 }));
    rulesets.remove('o1', aSwitch(false));

    const { configs } = aFlag();
    expect(reader.messages()).toMatchObject([
      { event: 'init', data: { environment: DEV, platform: [], organization: [{ key: 'a.flag', configs }] } },
      {
        event: 'flag.updated',
        data: { changes: [{ scope: 'organization', ref: 'flag:a.flag', document: { version: 2 } }] },
      },
      { event: 'ruleset.updated', data: { flag_keys: [], changes: [{ document: { is_active: false } }] } },
      { event: 'ruleset.updated', data: { changes: [{ ref: 'kill_switch:stop_it', document: null }] } },
    ]);
    expect(
      Object.keys((reader.messages()[0]!.data as { organization: { configs: object }[] }).organization[0]!.configs),
    ).toEqual([DEV.id]);
  });

  it('lists the flags that use a changed segment, also through another segment', async () => {
    const rules = [{ id: 'r', conditions: [{ any: [{ not: { segment: 'outer', operator: 'in' } }] }] }] as const;
    rulesets.put(
      'o1',
      aFlag({ configs: { [DEV.id]: { enabled: true, targets: {}, rules, version: 1 } } }),
      aFlag({ id: 'f2', key: 'b.flag' }),
      aSegment('outer', [{ segment: 'inner', operator: 'in' }]),
    );
    await join();
    rulesets.put('o1', aSegment('inner', []));
    rulesets.put('o1', aSegment('unused', []));
    expect(reader.messages()).toMatchObject([{ event: 'ruleset.updated', data: { flag_keys: ['a.flag'] } }]);
  });

  it('sends the full state when both scopes are in a new epoch, and nothing in between', async () => {
    const NEXT = '0000000b1';
    rulesets.put(PLATFORM, aSwitch(false));
    rulesets.put('o1', aFlag(), aFlag({ id: 'f2', key: 'lost.flag' }));
    await join();

    rulesets.renew(PLATFORM, NEXT, aSwitch(true));
    expect(reader.messages()).toEqual([]);
    rulesets.renew('o1', NEXT, aFlag());
    rulesets.put('o1', aFlag({ archived: true, version: 2 }));

    expect(reader.messages()).toMatchObject([
      {
        id: `${NEXT}.1.1`,
        event: 'init',
        data: { flags: [{ flag_key: 'a.flag', archived: false }], kill_switches: [{ kill_switch_key: 'stop_it' }] },
      },
      { id: `${NEXT}.1.2`, event: 'flag.archived' },
    ]);
  });

  it('sends heartbeats with the age of the last confirmation', async () => {
    await join();
    channels.heartbeat();
    expect(reader.messages()).toMatchObject([
      { event: 'heartbeat', data: { version: `${EPOCH}.0.0`, stale_seconds: 7 } },
    ]);
  });

  it('asks OFREP clients to evaluate again, once per change that affects their environment', async () => {
    rulesets.put('o1', aFlag());
    const channel = await channels.open('o1', DEV);
    channel.readers.refetch.add(reader);
    const { configs } = aFlag();
    const elsewhere = { enabled: true, targets: {}, rules: [], version: 5 };

    rulesets.put('o1', aFlag({ version: 2 }), aSwitch(true));
    rulesets.put('o1', aFlag({ version: 2, configs: { ...configs, other: elsewhere } }));
    channels.heartbeat();

    const version = `${EPOCH}.0.2`;
    const data = `{"type":"refetchEvaluation","etag":"\\"${version}\\"","lastModified":1767225600}`;
    expect(reader.texts()).toEqual([`id: ${version}\nevent: message\ndata: ${data}\n\n`, ': alive\n\n']);
  });
});
