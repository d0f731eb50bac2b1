import { createLogger } from '#libs/observability';
import { AppError } from '#libs/kernel';
import type { Access } from '../access/access.js';
import { createHttp } from '../nest/create-http.js';

const KINDS: readonly Access[] = [
  { kind: 'public' },
  { kind: 'keys', types: ['flags_server'] },
  { kind: 'person' },
  { kind: 'custom:token' },
];

function serve(refuses = false) {
  const guard = (): void => {
    if (refuses) throw new AppError('unauthenticated', 'No');
  };
  const guards = { keys: guard, person: guard, 'custom:token': guard };
  const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }), guards });
  for (const access of KINDS) {
    http.get(`/${access.kind}`, { config: { access, cors: true } }, (_request, reply) => reply.send({}));
  }
  return (kind: string, headers = {}) => http.inject({ url: `/${kind}`, headers });
}

describe('Vary', () => {
  it.each(KINDS.slice(1).map(({ kind }) => kind))('names the credentials on every GET of %s', async (kind) => {
    expect((await serve()(kind)).headers['vary']).toBe('Authorization, X-API-Key');
    expect((await serve()(kind, { origin: 'https://a.b' })).headers['vary']).toBe('Authorization, X-API-Key, Origin');
  });

  it('names them on a refusal, and not on public answers', async () => {
    const refused = await serve(true)('keys');

    expect([refused.statusCode, refused.headers['vary']]).toEqual([401, 'Authorization, X-API-Key']);
    expect((await serve()('public')).headers['vary']).toBeUndefined();
  });
});
