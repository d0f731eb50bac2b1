import { call, type PrivateServers, privateServers } from '#libs/local-servers';
import {
  joinOrganization,
  newWorkplace,
  Person,
  type Platform,
  startPlatform,
  until,
  type Workplace,
} from '#libs/testing';
import { StreamListener } from '../support/stream.js';

const ON = { enabled: true, rules: [{ conditions: [], serve: { variant: 'on' } }] };

describe('objects of the platform, which hold in every organization', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let root: Person;
  let first: Workplace;
  let second: Workplace;
  let streams: readonly StreamListener[];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    root = await Person.signIn(platform);
    first = await newWorkplace(platform, 'First');
    second = await newWorkplace(platform, 'Second');
    for (const { person } of [first, second]) {
      for (const key of ['shared.flag', 'own.flag']) {
        await person.must('POST', '/flags', { key, name: key, type: 'boolean' });
        await person.must('PATCH', `/flags/${key}/configs/dev`, ON);
      }
    }
    streams = await Promise.all(
      [first, second].map(({ keys }) => StreamListener.open(`${platform.baseUrl}/api/flags/stream`, keys.dev.server)),
    );
    for (const work of [first, second]) {
      await until(async () => (await evaluate(work, 'shared.flag')).body['variant'] === 'on');
      await until(async () => (await evaluate(work, 'own.flag')).body['variant'] === 'on');
    }
  }, 120_000);
  afterAll(async () => {
    for (const stream of streams ?? []) stream.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const evaluate = ({ keys }: Workplace, flag: string) =>
    call(
      'POST',
      `${platform.baseUrl}/api/flags/evaluate/${flag}`,
      { context: { user_id: 'u' } },
      {
        authorization: `Bearer ${keys.dev.server}`,
      },
    );
  const bothSee = async (flag: string, expected: object): Promise<void> => {
    for (const work of [first, second]) {
      const got = async (): Promise<object> => {
        const { status, body } = await evaluate(work, flag);
        return { status, ...body, reason: (body['reason'] as { type: string } | undefined)?.type };
      };
      const isSeen = async (): Promise<boolean> => isSubset(expected, await got());
      await until(isSeen, 4_000).catch(() => undefined);
      expect(await got()).toMatchObject(expected);
    }
  };
  const isSubset = (expected: object, got: object): boolean =>
    Object.entries(expected).every(([name, value]) => (got as Record<string, unknown>)[name] === value);
  const bothHear = async (event: string, data: object, from: readonly number[]): Promise<void> => {
    for (const [index, stream] of streams.entries()) {
      const received = await until(() => stream.find(event, from[index]));
      expect(received.data.data).toMatchObject(data);
    }
  };
  const heardSoFar = (): readonly number[] => streams.map(({ messages }) => messages.length);

  it('its kill switch reaches both organizations and their streams, and releases both', async () => {
    await root.must('POST', '/api/admin/kill-switches', { key: 'stop_all', name: 'x', linked_flag_keys: ['own.flag'] });
    const before = heardSoFar();
    const active = await root.must('POST', '/api/admin/kill-switches/stop_all/activate', { reason: 'everywhere' });

    expect(active).toMatchObject({ org_id: null, is_active: true, activation_reason: 'everywhere' });
    await bothSee('own.flag', { variant: 'off', reason: 'kill_switch' });
    await bothHear('killswitch.activated', { kill_switch_key: 'stop_all', linked_flag_keys: ['own.flag'] }, before);

    await root.must('POST', '/api/admin/kill-switches/stop_all/deactivate', {});
    await bothSee('own.flag', { variant: 'on', reason: 'strategy' });
    await bothHear('killswitch.deactivated', { kill_switch_key: 'stop_all' }, before);
  });

  it('its live flag hides theirs of the same key, until it is archived', async () => {
    const variants = [
      { name: 'p', value: 'platform' },
      { name: 'q', value: 'q' },
    ];
    const flag = { key: 'shared.flag', name: 'x', type: 'string', variants, default_variant: 'p' };
    const before = heardSoFar();
    expect(await root.must('POST', '/api/admin/flags', flag)).toMatchObject({ org_id: null, version: 1 });

    await bothSee('shared.flag', { variant: 'p', value: 'platform', reason: 'disabled' });
    const config = { enabled: true, rules: [{ conditions: [], serve: { variant: 'q' } }] };
    await root.must('PATCH', '/api/admin/flags/shared.flag/configs/*', config);
    await bothSee('shared.flag', { variant: 'q', reason: 'strategy' });
    await bothHear('flag.updated', { flag_key: 'shared.flag' }, before);
    await root.must('PATCH', '/api/admin/flags/shared.flag/configs/dev', { enabled: false });
    await bothSee('shared.flag', { variant: 'p', reason: 'disabled' });

    await root.must('POST', '/api/admin/flags/shared.flag/archive');
    await bothSee('shared.flag', { variant: 'on', value: true, reason: 'strategy' });
    await root.must('DELETE', '/api/admin/flags/shared.flag');
    await bothSee('shared.flag', { variant: 'on' });
  });

  it('are in the audit log of the platform, in none of an organization', async () => {
    const events = async (path: string): Promise<readonly string[]> =>
      (await first.person.must<{ data: { event: string }[] }>('GET', path)).data.map(({ event }) => event);

    await until(async () => (await events('/api/admin/audit')).includes('FlagDeleted'));
    expect(await events('/api/admin/audit')).toEqual(expect.arrayContaining(['KillSwitchActivated', 'FlagCreated']));
    expect(await events('/audit?limit=200')).not.toContain('KillSwitchActivated');
  });

  it('are changed by super admins alone', async () => {
    const email = 'eve@example.com';
    const password = 'correct horse battery staple';
    const rights = { role: 'admin', permissions: ['killswitch:activate'] } as const;
    const eve = await joinOrganization(first.person, { email, password, ...rights });

    expect((await eve.ask('GET', '/flags')).status).toBe(200);
    for (const [method, path] of [
      ['GET', '/api/admin/flags'],
      ['POST', '/api/admin/kill-switches/stop_all/activate'],
      ['GET', '/api/admin/audit'],
    ] as const) {
      const { status, body } = await eve.ask(method, path, method === 'POST' ? { reason: 'x' } : undefined);
      expect([path, status, body['error']]).toMatchObject([path, 403, { code: 'forbidden' }]);
    }
    expect((await call('GET', `${platform.baseUrl}/api/admin/flags`)).status).toBe(401);
  });
});
