import { Inject, Module } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { createHttp } from '#libs/http';
import { HostedService, RUNTIME, type HttpRoutes, type Runtime, type Service } from '#libs/service';
import { createLogger } from '#libs/observability';
import { ORG } from './builders.js';
import { ID, keys, people, rows, unmatched, wrongVerdicts, type Row } from './matrix.js';
import { gatewayProcess, type GatewayProcess } from './world.js';
import { routesOf } from '#libs/testing';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

async function tokensOf({ services }: GatewayProcess): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {
    reader: await services.person('u-reader', { role: 'admin' }, { scope: 'read' }),
  };
  for (const [who, membership] of Object.entries(people)) tokens[who] = await services.person(`u-${who}`, membership);
  for (const [name, key] of Object.entries(keys)) tokens[name] = await services.key(key);
  return tokens;
}

describe('permissions', () => {
  let gateway: GatewayProcess;
  let tokens: Record<string, string>;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    tokens = await tokensOf(gateway);
    await gateway.call('POST', `${org}/flags`, { token: tokens['admin'], body: flag });
  });
  afterAll(() => gateway.stop());

  it.each(rows.map((row) => [`${row[0]}: ${row[1]} ${row[2]}`, row] as const))('%s', async (_title, row) => {
    expect(await wrongVerdicts(gateway, tokens, row)).toEqual([]);
  });

  it('are tested for every route of people', () => {
    expect(unmatched(routesOf(gateway.running))).toEqual([]);
  });

  it('leave these routes public', () => {
    const open = routesOf(gateway.running).filter(
      ({ access, method }) => access.kind === 'public' && method !== 'HEAD',
    );

    expect(open.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'GET /',
      'GET /.well-known/jwks.json',
      'GET /api/auth/setup',
      'GET /api/docs',
      'GET /api/openapi.json',
      'GET /invite',
      'GET /livez',
      'GET /metrics',
      'GET /readyz',
      'GET /reset',
      'GET /version',
      'POST /api/auth/invitations/accept',
      'POST /api/auth/login',
      'POST /api/auth/logout',
      'POST /api/auth/password/reset',
      'POST /api/auth/refresh',
      'POST /api/auth/setup',
    ]);
  });

  it.each([
    ['an unknown organization', '/api/orgs/01900000-0000-7000-8000-000000000999'],
    ['a name that no organization can have', '/api/orgs/No%20Such'],
  ])('answer 404 for %s', async (_what, path) => {
    const { status, code } = await gateway.call('GET', `${path}/flags`, { token: tokens['admin'] });

    expect([status, code]).toEqual([404, 'not_found']);
  });

  it('accept the slug of an organization as well as its id', async () => {
    const { status, body } = await gateway.call('GET', `/api/orgs/${ORG.slug}`, { token: tokens['member'] });

    expect([status, body['id']]).toEqual([200, ORG.id]);
  });

  it('end with the fact that a membership ended', async () => {
    const token = await gateway.services.person('u-leaver', { role: 'admin' });
    expect((await gateway.call('GET', org, { token })).status).toBe(200);
    gateway.services.memberships.delete('u-leaver');

    const data = { user_id: 'u-leaver', role: 'admin', permissions: [] };
    const envelope = { id: ID, version: 1, timestamp: '2026-01-01T00:00:00.000Z', org_id: ORG.id };
    const fact = {
      ...envelope,
      type: 'member.removed',
      actor: { type: 'system', id: 'loom' },
      data,
      metadata: { correlation_id: 'r', source: 'accounts' },
    };
    (await gateway.bus.connection()).publish(`member.removed.${ORG.id}`, JSON.stringify(fact));
    await gateway.bus.flush();
    await gateway.running.runtime.bus.flush();

    expect((await gateway.call('GET', `${org}/flags`, { token })).status).toBe(404);
  });
});

/** Routes with wrong access. */
class PlantedRoutes implements HttpRoutes {
  register(http: FastifyInstance): void {
    const open = () => ({});
    http.get('/api/orgs/:org/planted', { config: { access: { kind: 'person', in: 'org' } } }, open);
    http.get('/api/admin/planted', { config: { access: { kind: 'person' } } }, open);
    http.delete('/api/orgs/:org/planted', { config: { access: { kind: 'public' } } }, open);
  }
}

@Module({})
class PlantedModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime) {
    super(runtime, { routes: [new PlantedRoutes()] });
  }
}
const planted: Service = { name: 'planted', module: PlantedModule, needs: ['nats'] };

describe('a route with wrong access', () => {
  it('prevents the start when it has no access at all', () => {
    const logger = createLogger({ service: 'planted', level: 'fatal' });
    const http = createHttp({ service: 'planted', logger });

    expect(() => http.get('/api/orgs/:org/planted', () => ({}))).toThrow(/config\.access/);
  });

  describe('found by the matrix', () => {
    let gateway: GatewayProcess;
    let tokens: Record<string, string>;
    beforeAll(async () => {
      gateway = await gatewayProcess({}, [planted]);
      tokens = await tokensOf(gateway);
    });
    afterAll(() => gateway.stop());

    it('has no row', () => {
      expect(unmatched(routesOf(gateway.running))).toEqual(['GET /api/orgs/:org/planted', 'GET /api/admin/planted']);
    });

    it.each<[string, Row, string[]]>([
      ['edit, open to members', ['edit', 'GET', `${org}/planted`, undefined, 200], ['member', 'operator']],
      [
        'platform, open to all signed-in people',
        ['platform', 'GET', '/api/admin/planted', undefined, 200],
        ['stranger', 'foreignAdmin', 'member', 'operator', 'admin', 'remover', 'reader'],
      ],
      [
        'delete for good, public',
        ['delete for good', 'DELETE', `${org}/planted`, undefined, 200],
        ['stranger', 'foreignAdmin', 'member', 'operator', 'admin', ...Object.keys(keys), 'reader', 'nobody'],
      ],
    ])('%s: the matrix names the callers that were admitted', async (_what, row, intruders) => {
      expect((await wrongVerdicts(gateway, tokens, row)).map(({ who }) => who)).toEqual(intruders);
    });
  });
});
