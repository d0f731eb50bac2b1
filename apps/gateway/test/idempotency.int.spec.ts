import { flagsRpc, type IdempotencyScope, type RpcRequest } from '#libs/contracts';
import { ORG } from './builders.js';
import { gatewayProcess, type Call, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

describe('idempotency keys at the gateway', () => {
  let gateway: GatewayProcess;
  let token: string;
  let commands: RpcRequest<unknown>[] = [];
  beforeAll(async () => {
    gateway = await gatewayProcess();
    token = await gateway.services.person('u-admin', { role: 'admin' });
    for (const rpc of [flagsRpc.createFlag, flagsRpc.archiveFlag, flagsRpc.updateFlag]) {
      gateway.bus.subscribe(rpc.subject, (message) => void commands.push(message.json()));
    }
    await gateway.bus.flush();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    commands = [];
  });
  const post = (path: string, call: Call) => gateway.call('POST', path, { token, ...call });
  /** The idempotency scopes that the service received, in order. */
  const scopes = async (...requests: (readonly [path: string, call: Call])[]): Promise<IdempotencyScope[]> => {
    for (const [path, call] of requests) await post(path, call);
    return commands.map(({ idempotency }) => idempotency!);
  };
  const withKey = (body: unknown, key = 'k-1'): Call => ({ body, headers: { 'idempotency-key': key } });

  it('sends the service the owner of the key, the route, the organization and a fingerprint', async () => {
    const [byId, bySlug] = await scopes(
      [`${org}/flags`, withKey(flag)],
      [`/api/orgs/${ORG.slug}/flags`, withKey(flag)],
    );

    expect(byId).toMatchObject({ key: 'k-1', caller: 'u-admin', route: `POST /api/orgs/:org/flags ${ORG.id}` });
    expect(bySlug).toEqual(byId);
  });

  it('treats another order of fields, and the key in header or body, as the same request', async () => {
    const { key, ...rest } = flag;
    const [first, ...others] = await scopes(
      [`${org}/flags`, withKey(flag)],
      [`${org}/flags`, withKey({ ...rest, key })],
      [`${org}/flags`, { body: { ...flag, idempotency_key: 'k-1' } }],
      [`${org}/flags`, withKey({ ...flag, idempotency_key: 'k-1' })],
    );

    expect(others).toEqual([first, first, first]);
    expect(commands.every(({ command }) => !Object.hasOwn(command as object, 'idempotency_key'))).toBe(true);
  });

  it('distinguishes another body and another path parameter', async () => {
    const [body, otherBody] = await scopes(
      [`${org}/flags`, withKey(flag)],
      [`${org}/flags`, withKey({ ...flag, name: 'x' })],
    );
    commands = [];
    const [thing, otherThing] = await scopes(
      [`${org}/flags/checkout.new_flow/archive`, withKey({})],
      [`${org}/flags/another/archive`, withKey({})],
    );

    expect(otherBody?.fingerprint).not.toBe(body?.fingerprint);
    expect(otherThing?.fingerprint).not.toBe(thing?.fingerprint);
  });

  it.each([
    ['an empty key', withKey(flag, '')],
    ['a key of 256 characters', withKey(flag, 'k'.repeat(256))],
    ['a key with a space', withKey(flag, 'a b')],
    ['a key in the body that is no text', { body: { ...flag, idempotency_key: 7 } }],
    ['a header and a body that differ', withKey({ ...flag, idempotency_key: 'k-2' })],
  ])('refuses %s', async (_what, call) => {
    expect(await post(`${org}/flags`, call)).toMatchObject({ status: 400, code: 'bad_request' });
    expect(commands).toEqual([]);
  });

  it('accepts a key of 255 characters', async () => {
    expect(await post(`${org}/flags`, withKey(flag, 'k'.repeat(255)))).toMatchObject({ status: 201 });
  });

  it('accepts a key in the body only where a POST creates, and none on a PATCH', async () => {
    const archive = await post(`${org}/flags/checkout.new_flow/archive`, { body: { idempotency_key: 'k-1' } });
    await gateway.call('PATCH', `${org}/flags/checkout.new_flow`, { token, ...withKey({ name: 'x' }) });

    expect([archive.status, archive.code]).toEqual([400, 'unknown_field']);
    expect(commands.map(({ idempotency }) => idempotency)).toEqual([undefined]);
  });
});
