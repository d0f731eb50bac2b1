import { AppError } from '#libs/kernel';
import type { KeyRecord } from '#libs/contracts';
import type { KeyCheck } from '#libs/api-keys';
import { createLogger } from '#libs/observability';
import { createHttp, type Attempt } from '#libs/http';
import { keysGuard } from './keys-guard.js';

const record: KeyRecord = {
  id: 'k1',
  lookup_id: 'a1b2c3d4e5f6',
  key_hash: '',
  key_type: 'flags_client',
  org_id: 'o1',
  allowed_origins: [],
};
const invalid = new AppError('invalid_key', 'no');

/** A route for server keys, behind this check. */
async function answer(check: Partial<KeyCheck>, isInitialised = true) {
  const refused: [Attempt, string][] = [];
  const http = createHttp({
    service: 'test',
    logger: createLogger({ service: 'test', level: 'silent' }),
    guards: { keys: keysGuard({ revoked: () => undefined, ...check } as KeyCheck, () => isInitialised) },
    onRefused: (_request, attempt, code) => void refused.push([attempt, code]),
  });
  http.get('/x', { config: { access: { kind: 'keys', types: ['flags_server'] } } }, () => ({}));
  const response = await http.inject({ url: '/x', headers: { authorization: 'Bearer loom_x' } });
  await http.close();
  return { response, refused };
}

async function ask(check: Partial<KeyCheck>): Promise<{ status: number; refused: [Attempt, string][] }> {
  const { response, refused } = await answer(check);
  return { status: response.statusCode, refused };
}

async function codeOf(check: KeyCheck['check'], isInitialised: boolean): Promise<string> {
  const { response } = await answer({ check }, isInitialised);
  return response.json<{ error: { code: string } }>().error.code;
}

describe('keysGuard', () => {
  it('admits a key of the right type and notes nothing', async () => {
    expect(await ask({ check: () => ({ ...record, key_type: 'flags_server' }) })).toEqual({ status: 200, refused: [] });
  });

  it('notes a key of another type', async () => {
    const attempt = { actor: { type: 'api_key', id: 'k1' }, scope: 'o1' };
    const expected = { status: 403, refused: [[attempt, 'forbidden_for_key_type']] };

    expect(await ask({ check: () => record })).toEqual(expected);
    expect(await ask({ check: () => Promise.resolve(record) })).toEqual(expected);
  });

  it('notes a revoked key, in its organization if that is known', async () => {
    const refuse = (): never => {
      throw invalid;
    };
    const owner = { orgId: 'o1', keyId: 'k1' };
    const known = await ask({ check: refuse, revoked: () => ({ lookupId: 'a1b2c3d4e5f6', owner }) });
    const unknown = await ask({
      check: () => Promise.reject(invalid),
      revoked: () => ({ lookupId: 'a1b2c3d4e5f6' }),
    });

    expect(known).toMatchObject({
      status: 401,
      refused: [[{ actor: { id: 'k1' }, scope: 'o1', reason: 'revoked_key' }, 'invalid_key']],
    });
    expect(unknown.refused).toMatchObject([[{ actor: { id: 'a1b2c3d4e5f6' }, scope: 'platform' }, 'invalid_key']]);
  });

  it('answers not_initialised when no source is available and no ruleset is held', async () => {
    const unavailable = () => Promise.reject(new AppError('bus_unavailable', 'away'));

    expect(await codeOf(unavailable, false)).toBe('not_initialised');
    expect(await codeOf(unavailable, true)).toBe('bus_unavailable');
    expect(await codeOf(() => Promise.reject(invalid), false)).toBe('invalid_key');
  });

  it('notes nothing of a key that never existed', async () => {
    expect(await ask({ check: () => Promise.reject(invalid) })).toEqual({ status: 401, refused: [] });
  });
});
