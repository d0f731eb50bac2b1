import fc from 'fast-check';
import { bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { INHERITED_NAMES, namedLikeMethods, newWorkplace, type Platform, startPlatform, until } from '#libs/testing';
import type { Workplace } from '#libs/testing';

type Fields = Readonly<Record<string, unknown>>;

const VARIANT_NAMES = INHERITED_NAMES.filter((name) => /^[A-Za-z0-9]/.test(name));
const nested = (value: unknown, levels: number): unknown =>
  levels === 0 ? value : { [INHERITED_NAMES[levels % INHERITED_NAMES.length]!]: nested(value, levels - 1) };
/** Every name, once flat and once in a chain of ten levels. */
const EVERY_NAME = {
  ...Object.fromEntries(INHERITED_NAMES.map((name) => [name, name])),
  deep: nested('end', 10),
  list: [Object.fromEntries(INHERITED_NAMES.map((name) => [name, [{ [name]: 1 }]]))],
};
const SAMPLES = [EVERY_NAME, ...fc.sample(namedLikeMethods, { numRuns: 15, seed: 7 })];

/** Members named like what every object inherits, through writing, reading and evaluating. */
describe('members named like methods of Object.prototype', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let writeKey: string;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Names');
    const key = { name: 'events', key_type: 'rw', environment: 'dev' };
    writeKey = (await work.person.must<{ key: string }>('POST', '/analytics/keys', key)).key;
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const post = <T = Fields>(path: string, body: unknown, key: string) =>
    call<T>('POST', platform.baseUrl + path, body, bearer(key));
  const createFlag = (key: string, variants: readonly Fields[], others: Fields = {}): Promise<Fields> =>
    work.person.must('POST', '/flags', { key, name: key, type: 'json', variants, ...others });
  const configure = (key: string, patch: Fields): Promise<Fields> =>
    work.person.must('PATCH', `/flags/${key}/configs/dev`, patch);
  /** What the flag serves to a context, by the native route and by OFREP. */
  async function served(key: string, context: { user_id: string; attributes?: object }): Promise<readonly unknown[]> {
    const native = await post<{ value: unknown }>(`/api/flags/evaluate/${key}`, { context }, work.keys.dev.server);
    const flat = { ...context.attributes, targetingKey: context.user_id };
    const ofrep = await post<{ value: unknown }>(
      `/ofrep/v1/evaluate/flags/${key}`,
      { context: flat },
      work.keys.dev.server,
    );
    return [native.body.value, ofrep.body.value];
  }
  const servesSoon = (key: string, context: { user_id: string; attributes?: object }, value: unknown) =>
    until(async () => JSON.stringify(await served(key, context)) === JSON.stringify([value, value]));

  it('stay in the values of flags, and in what is served', async () => {
    for (const [index, value] of SAMPLES.entries()) {
      const key = `values.v${index}`;
      const made = await createFlag(key, [{ name: 'only', value }], { default_variant: 'only' });
      await configure(key, { enabled: true });

      expect(made['variants']).toEqual([{ name: 'only', value, weight: 1 }]);
      expect((await work.person.must('GET', `/flags/${key}`))['variants']).toEqual(made['variants']);
      await until(async () => (await served(key, { user_id: 'u' })).every((one) => one !== undefined));
      expect(await served(key, { user_id: 'u' })).toEqual([value, value]);
    }
  }, 60_000);

  it('are names of variants and keys of targets like any other', async () => {
    const variants = VARIANT_NAMES.map((name) => ({ name, value: { name } }));
    await createFlag('targets.names', variants, { default_variant: VARIANT_NAMES[0] });
    const targets = Object.fromEntries(VARIANT_NAMES.map((name) => [name, [`user of ${name}`]]));
    const config = await configure('targets.names', { enabled: true, targets });

    expect(config['targets']).toEqual(targets);
    expect((await work.person.must('GET', '/flags/targets.names/configs/dev'))['targets']).toEqual(targets);
    for (const name of VARIANT_NAMES) await servesSoon('targets.names', { user_id: `user of ${name}` }, { name });
    await configure('targets.names', { targets: { ...targets, valueOf: ['another'] } });
    const { data } = await work.person.must<{ data: { diff: unknown }[] }>('GET', '/flags/targets.names/history');
    expect(data[0]!.diff).toEqual([
      { op: 'remove', path: '/targets/valueOf/0' },
      { op: 'add', path: '/targets/valueOf/0', value: 'another' },
    ]);
  }, 60_000);

  it('are keys of flags, segments and kill switches, and names of environments', async () => {
    const key = 'constructor';
    await work.person.must('POST', '/environments', { name: key });
    await work.person.must('POST', '/segments', { key, name: key, included: ['u'] });
    await work.person.must('POST', '/flags', { key, name: key, type: 'boolean' });
    await work.person.must('POST', '/kill-switches', { key, name: key, linked_flag_keys: [key] });
    const rules = [{ conditions: [{ segment: key, operator: 'in' }], serve: { variant: 'on' } }];
    for (const env of ['dev', key]) {
      await work.person.must('PATCH', `/flags/${key}/configs/${env}`, { enabled: true, rules });
    }

    await servesSoon(key, { user_id: 'u' }, true);
    await servesSoon(key, { user_id: 'another' }, false);
    await work.person.must('POST', `/kill-switches/${key}/activate`, { reason: key });
    await servesSoon(key, { user_id: 'u' }, false);
  }, 60_000);

  it('count in the values of conditions, and in attributes', async () => {
    const rule = (attribute: string, value: unknown) => ({
      conditions: [{ attribute, operator: 'equals', value }],
      serve: { variant: 'on' },
    });
    await work.person.must('POST', '/flags', { key: 'conditions.names', name: 'c', type: 'boolean' });
    const config = await configure('conditions.names', { enabled: true, rules: [rule('toString', EVERY_NAME)] });
    const [stored] = config['rules'] as { conditions: unknown }[];
    const context = (value: unknown) => ({ user_id: 'u', attributes: { toString: value, constructor: 'c' } });
    // Two levels of nesting fewer than the condition: contexts are limited to five levels.
    const flat = { toString: 'a', valueOf: { hasOwnProperty: ['x'] }, constructor: null };

    expect(stored!.conditions).toEqual([{ attribute: 'toString', operator: 'equals', value: EVERY_NAME }]);
    await configure('conditions.names', { rules: [rule('toString', flat)] });
    await servesSoon('conditions.names', context(flat), true);
    await servesSoon('conditions.names', context({ ...flat, valueOf: 'another' }), false);
    await servesSoon('conditions.names', { user_id: 'u' }, false);
  }, 60_000);

  it('reach the playground and segments', async () => {
    const conditions = { all: [{ attribute: 'valueOf', operator: 'equals', value: { isPrototypeOf: 1 } }] };
    const segment = await work.person.must('POST', '/segments', { key: 'seg.names', name: 's', conditions });
    await work.person.must('POST', '/flags', { key: 'segment.names', name: 'c', type: 'boolean' });
    const rules = [{ conditions: [{ segment: 'seg.names', operator: 'in' }], serve: { variant: 'on' } }];
    await configure('segment.names', { enabled: true, rules });
    const play = (attributes: object) =>
      work.person.must<{ results: { value: unknown }[] }>('POST', '/evaluate', {
        environment: 'dev',
        context: { user_id: 'u', attributes },
        flags: ['segment.names'],
        explain: true,
      });

    expect(segment['conditions']).toEqual(conditions);
    await until(
      async () => (await play({ valueOf: { isPrototypeOf: 1 }, constructor: {} })).results[0]?.value === true,
    );
    expect((await play({ constructor: 'x', toString: 1 })).results[0]).toMatchObject({ value: false });
  }, 60_000);

  it('stay in the properties of events', async () => {
    const event = { distinct_id: 'constructor', event: 'toString', properties: EVERY_NAME };
    const { status } = await post('/api/analytics/capture', event, writeKey);
    const list = () => work.person.must<{ data: { properties: unknown }[] }>('GET', '/analytics/events?limit=10');

    expect(status).toBe(200);
    await until(async () => (await list()).data.length === 1);
    expect((await list()).data[0]!.properties).toEqual(EVERY_NAME);
    const filtered = '/analytics/events/count?properties[constructor]=constructor&properties[toString]=toString';
    expect(await work.person.must('GET', filtered)).toEqual({ count: 1 });
  }, 60_000);

  it('are unknown fields at the top of a body', async () => {
    const bodies: readonly [string, string, Fields][] = [
      ['POST', '/flags', { key: 'a.unknown', name: 'a', type: 'boolean' }],
      ['PATCH', '/flags/values.v0/configs/dev', { enabled: false }],
      ['POST', '/segments', { key: 'a.unknown', name: 'a' }],
      ['POST', '/kill-switches/constructor/deactivate', {}],
      ['POST', '/api/auth/login', { email: 'a@b.c', password: 'x' }],
    ];
    for (const [method, path, body] of bodies) {
      for (const name of INHERITED_NAMES.filter((one) => !['name', 'type', ...Object.keys(body)].includes(one))) {
        const { status, body: refused } = await work.person.ask(method, path, { ...body, [name]: 'x' });
        expect([path, name, status, refused]).toMatchObject([path, name, 400, { error: { code: 'unknown_field' } }]);
      }
    }
  }, 60_000);
});
