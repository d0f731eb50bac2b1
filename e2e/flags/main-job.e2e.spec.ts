import { readFileSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import murmurhash from 'murmurhash';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { type Layout, newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { StreamListener } from '../support/stream.js';

const layouts: readonly Layout[] = ['standalone', 'split'];
const FLAG = 'checkout.new_flow';

interface Hashing {
  readonly buckets: readonly { salt: string; value: string; bucket: number }[];
}
const hashing = JSON.parse(readFileSync('conformance/vectors/hashing.json', 'utf8')) as Hashing;

describe.each(layouts)('the main job, %s', (layout) => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let stream: StreamListener;
  const received: { subject: string; fact: { type: string; org_id: string; data: Record<string, unknown> } }[] = [];
  let closeBus: () => Promise<void>;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, layout);
    work = await newWorkplace(platform, `Shop ${layout}`);
    const { user, password } = servers.nats.subscriber;
    const bus = await connect({ servers: `127.0.0.1:${servers.nats.port}`, user, pass: password });
    bus.subscribe('flag.>', {
      callback: (_error, message) => void received.push({ subject: message.subject, fact: message.json() }),
    });
    await bus.flush();
    closeBus = () => bus.close();
    await OpenFeature.setProviderAndWait(
      layout,
      new OFREPProvider({ baseUrl: platform.baseUrl, headers: [['Authorization', `Bearer ${work.keys.dev.server}`]] }),
    );
  }, 120_000);

  afterAll(async () => {
    stream?.close();
    await OpenFeature.clearProviders();
    await closeBus?.();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const value = (user: string): Promise<boolean> =>
    OpenFeature.getClient(layout).getBooleanValue(FLAG, false, { targetingKey: user });
  const details = (user: string) =>
    OpenFeature.getClient(layout).getBooleanDetails(FLAG, false, { targetingKey: user });

  it('is ready with Postgres, NATS and Redis checked by name', async () => {
    const ready = await fetch(`${platform.baseUrl}/readyz`);
    expect(ready.status).toBe(200);
    const { checks } = (await ready.json()) as { checks: Record<string, { ok: boolean }> };
    const expected = layout === 'standalone' ? ['nats', 'postgres', 'redis'] : ['nats', 'redis'];
    for (const name of expected) expect(checks[name]).toMatchObject({ ok: true });
  });

  it('creates the flag off everywhere, and a stream begins with it', async () => {
    const flag = await work.person.must('POST', '/flags', { key: FLAG, name: 'New checkout', type: 'boolean' });
    expect(flag).toMatchObject({ key: FLAG, default_variant: 'off', version: 1 });

    await until(async () => (await details('user_1')).errorCode !== 'FLAG_NOT_FOUND');
    stream = await StreamListener.open(`${platform.baseUrl}/api/flags/stream`, work.keys.dev.server);
    const init = await until(() => stream.find('init'));
    expect(init.data.data['flags']).toEqual([
      { flag_key: FLAG, enabled: false, default_variant: 'off', default_value: false, archived: false },
    ]);
    expect(await value('user_1')).toBe(false);
  });

  it('turns it on in dev for half of the users: the stream has the change, OpenFeature gets what the vectors predict', async () => {
    const rules = [{ conditions: [], percentage: 50, serve: { variant: 'on' } }];
    const path = `/flags/${FLAG}/configs/dev`;
    const answer = await work.person.ask('PATCH', path, { enabled: true, rules });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ flag_key: FLAG, environment: 'dev', enabled: true, version: 2 });
    expect(answer.headers.get('etag')).toBe('"2"');

    const event = await until(() => stream.find('flag.updated'));
    expect(event.data.data).toMatchObject({ flag_key: FLAG, environment: 'dev', enabled: true });
    expect(event.id).toBe(answer.headers.get('loom-version'));

    const predicted = hashing.buckets.filter(({ salt }) => salt === FLAG);
    expect(predicted.length).toBeGreaterThan(5);
    for (const { value: user, bucket } of predicted) expect([user, await value(user)]).toEqual([user, bucket < 50]);
    for (let i = 0; i < 100; i += 1) {
      const user = `user-${i}`;
      expect([user, await value(user)]).toEqual([user, murmurhash.v3(`${FLAG}.${user}`, 0) % 100 < 50]);
    }
    expect((await details('user-1')).reason).toBe('SPLIT');
  });

  it('publishes a fact to a plain NATS subscriber', async () => {
    const { subject, fact } = await until(() => received.find(({ fact: { type } }) => type === 'flag.updated'));
    expect(subject).toBe(`flag.updated.${work.orgId}`);
    expect(fact).toMatchObject({
      type: 'flag.updated',
      version: 1,
      org_id: work.orgId,
      actor: { type: 'user' },
      data: { flag_key: FLAG, changed: ['config'], environments: ['dev'] },
      metadata: { source: 'flags' },
    });
  });

  it('leaves prod as it was', async () => {
    const other = await fetch(`${platform.baseUrl}/api/flags/evaluate/${FLAG}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${work.keys.prod.server}`, 'content-type': 'application/json' },
      body: JSON.stringify({ context: { user_id: 'user_2' } }),
    });
    expect(await other.json()).toMatchObject({ flag_key: FLAG, value: false, reason: { type: 'disabled' } });
  });

  it('forces the default everywhere by the kill switch, and lifts it again', async () => {
    const on = 'user_2';
    expect(await value(on)).toBe(true);
    await work.person.must('POST', '/kill-switches', { key: 'stop_checkout', name: 'Stop', linked_flag_keys: [FLAG] });
    const activate = '/kill-switches/stop_checkout/activate';
    expect(await work.person.ask('POST', activate, { reason: '  ' })).toMatchObject({
      status: 400,
      body: { error: { code: 'reason_required' } },
    });
    await work.person.must('POST', activate, { reason: 'refund bug' });

    const activated = await until(() => stream.find('killswitch.activated'));
    expect(activated.data.data).toMatchObject({ kill_switch_key: 'stop_checkout', linked_flag_keys: [FLAG] });
    await until(async () => !(await value(on)));
    expect(await details(on)).toMatchObject({
      value: false,
      reason: 'DISABLED',
      flagMetadata: { cause: 'kill_switch' },
    });

    await work.person.must('POST', '/kill-switches/stop_checkout/deactivate', {});
    await until(async () => value(on));
  });

  it('archives and restores the flag', async () => {
    await work.person.must('POST', `/flags/${FLAG}/archive`);
    await until(async () => (await details('user_2')).errorCode === 'FLAG_NOT_FOUND');
    expect(await work.person.ask('PATCH', `/flags/${FLAG}`, { name: 'Other' })).toMatchObject({
      status: 409,
      body: { error: { code: 'archived' } },
    });
    await work.person.must('POST', `/flags/${FLAG}/restore`);
    await until(async () => value('user_2'));
    await until(() => stream.find('flag.archived') && stream.find('flag.restored'));
  });

  it('has the whole story in the audit log, newest first, without holes', async () => {
    const list = () => work.person.must<{ data: AuditRow[] }>('GET', '/audit?limit=100');
    const story = [
      'FlagRestored',
      'FlagArchived',
      'KillSwitchDeactivated',
      'KillSwitchActivated',
      'KillSwitchCreated',
      'FlagConfigUpdated',
      'FlagCreated',
      'SdkKeyCreated',
      'SdkKeyCreated',
      'SdkKeyCreated',
      'SdkKeyCreated',
      'OrganizationCreated',
    ];
    const { data } = await until(async () => {
      const page = await list();
      return page.data.length >= story.length && page;
    });
    expect(data.map(({ seq }) => seq)).toEqual(story.map((_, index) => story.length - index));
    expect(data.map(({ event }) => event).toSorted()).toEqual(story.toSorted());
    expect(data.find(({ event }) => event === 'KillSwitchActivated')).toMatchObject({
      reason: 'refund bug',
      resource_key: 'stop_checkout',
      actor: { type: 'user' },
    });
  });

  it('arrives everywhere, and the platform reports that', async () => {
    type Propagation = { complete: boolean; instances: { service: string; version: string | null }[] };
    const { instances } = await until(async () => {
      const propagation = await work.person.must<Propagation>('GET', '/propagation');
      return propagation.complete && propagation;
    }, 20_000);

    const holders = instances.filter(({ version }) => version !== null).map(({ service }) => service);
    expect(holders.toSorted()).toEqual(layout === 'standalone' ? ['standalone'] : ['evaluation', 'streaming']);
  });
});

interface AuditRow {
  readonly seq: number;
  readonly event: string;
  readonly reason: string | null;
  readonly resource_key: string | null;
  readonly actor: { readonly type: string };
}
