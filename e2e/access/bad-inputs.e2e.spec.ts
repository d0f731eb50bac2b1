import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { bearer, type PrivateServers, privateServers, residentMb, socketsOf } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { rawPost, type RawRequest } from '../support/raw.js';

interface Row {
  readonly as: 'none' | 'admin' | 'flags_server' | 'flags_client' | 'analytics_write' | 'analytics_rw';
  readonly method: string;
  readonly path: string;
  readonly what: string;
  readonly json?: unknown;
  readonly raw_base64?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: { readonly status: number; readonly code: string };
  readonly expect_detail_field_prefix?: string;
}
interface Refusal {
  readonly error?: { readonly code: string; readonly details: readonly { readonly field?: string }[] };
}

const { rows } = JSON.parse(readFileSync('conformance/vectors/bad-inputs.json', 'utf8')) as { rows: readonly Row[] };
const routeOf = ({ method, path }: Row): string =>
  `${method} ${path.split('?')[0]!.replace(/persons\/.*/, 'persons/{id}')}`;
/** Routes of identity, which do not exist yet. */
const NOT_YET: readonly string[] = [
  'POST /api/analytics/identify',
  'POST /api/analytics/alias',
  'GET /api/analytics/persons/{id}',
];
const isNotYet = (row: Row): boolean => NOT_YET.includes(routeOf(row));
const LISTS = ['/flags', '/strategies', '/segments', '/kill-switches', '/environments', '/members', '/analytics/keys'];

describe('bad input to the running platform', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let credentials: Readonly<Record<Row['as'], string | undefined>>;
  const statuses: number[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Bad inputs');
    const analyticsKey = async (key_type: string): Promise<string> =>
      (await work.person.must<{ key: string }>('POST', '/analytics/keys', { name: key_type, key_type })).key;
    credentials = {
      none: undefined,
      admin: work.person.accessToken,
      flags_server: work.keys.prod.server,
      flags_client: work.keys.prod.client,
      analytics_write: await analyticsKey('write'),
      analytics_rw: await analyticsKey('rw'),
    };
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const send = async (row: Row): Promise<{ status: number; body: Refusal }> => {
    const credential = credentials[row.as];
    const body =
      row.json === undefined ? row.raw_base64 && Buffer.from(row.raw_base64, 'base64') : JSON.stringify(row.json);
    const response = await fetch(platform.baseUrl + row.path.replace('{org}', work.orgId), {
      method: row.method,
      headers: {
        ...(credential !== undefined && bearer(credential)),
        ...(row.json !== undefined && { 'content-type': 'application/json' }),
        ...row.headers,
      },
      ...(row.method !== 'GET' && { body: body ?? '' }),
      signal: AbortSignal.timeout(15_000),
    });
    statuses.push(response.status);
    return { status: response.status, body: (await response.json()) as Refusal };
  };
  const stored = async (): Promise<readonly number[]> => {
    const pages = LISTS.map((path) => work.person.must<{ data: unknown[] }>('GET', `${path}?limit=200`));
    return [...(await Promise.all(pages)).map(({ data }) => data.length), await packsSoFar()];
  };
  /** Counts messages that were stored and removed as well. */
  const packsSoFar = async (): Promise<number> => {
    const connection = await connect(servers.nats.connection);
    try {
      return (await (await jetstreamManager(connection)).streams.info('CAPTURE')).state.last_seq;
    } finally {
      await connection.close();
    }
  };

  it('every row is refused with its status and code, and nothing of it is stored', async () => {
    const before = await stored();
    const wrong: object[] = [];
    for (const row of rows.filter((one) => !isNotYet(one))) {
      const { status, body } = await send(row);
      const got = { status, code: body.error?.code };
      const field = body.error?.details[0]?.field ?? '';
      if (!isDeepStrictEqual(got, row.expect) || !field.startsWith(row.expect_detail_field_prefix ?? '')) {
        wrong.push({ what: row.what, path: row.path, expected: row.expect, got, field });
      }
    }
    expect(wrong).toEqual([]);
    expect(await stored()).toEqual(before);
  }, 60_000);

  it('not yet: the rows of these routes, which do not exist', async () => {
    const waiting = rows.filter(isNotYet);

    expect([...new Set(waiting.map(routeOf))]).toEqual(NOT_YET);
    expect([rows.length, waiting.length]).toEqual([111, 5]);
    for (const row of waiting) {
      const { status, body } = await send({ ...row, json: {}, headers: {} });
      expect([row.path, status, body.error?.code]).toEqual([row.path, 404, 'not_found']);
    }
  });

  it('no answer was a 500 or worse', () => {
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(statuses.length).toBe(rows.length);
  });

  const json = { 'content-type': 'application/json' };
  const authorized = () => ({ ...json, authorization: `Bearer ${work.keys.prod.server}` });
  const writing = () => ({ ...json, authorization: `Bearer ${credentials.analytics_write}` });
  function* zeros(inChunks: boolean): Generator<Buffer> {
    const piece = Buffer.alloc(65_536, 0x20);
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]);
    for (let i = 0; i < 100 * 16; i += 1) yield inChunks ? chunk : piece;
  }
  function* drops(): Generator<Buffer> {
    for (const byte of JSON.stringify({ context: { user_id: 'slow'.repeat(20) } })) yield Buffer.from(byte);
  }
  const hundredMb = String(100 * 1_048_576);
  const bomb = gzipSync(Buffer.alloc(100 * 1_048_576, 0x20));
  const PARALLEL = 10;

  /** Sends it many times at once; returns the answers after the process has released all sockets and memory. */
  async function outlive(request: () => RawRequest): Promise<readonly Awaited<ReturnType<typeof rawPost>>[]> {
    const { pid } = platform.front;
    const sockets = socketsOf(pid);
    const round = () => Promise.all(Array.from({ length: PARALLEL }, () => rawPost(platform.baseUrl, request())));
    await round();
    const before = residentMb(pid);
    const answers = await round();
    await until(() => socketsOf(pid) <= sockets);
    await until(() => residentMb(pid) - before < 30);
    expect(platform.front.isRunning).toBe(true);
    return answers;
  }

  it.each<[string, string, number, () => Record<string, string>]>([
    ['announced', '/api/flags/evaluate', 413, () => ({ ...authorized(), 'content-length': hundredMb })],
    ['announced, to the management API', '/api/auth/login', 413, () => ({ ...json, 'content-length': hundredMb })],
    ['without a key', '/api/flags/evaluate', 401, () => ({ ...json, 'content-length': hundredMb })],
    ['to the intake', '/api/analytics/batch', 413, () => ({ ...writing(), 'content-length': hundredMb })],
    ['of a beacon', '/api/analytics/batch', 413, () => ({ 'content-type': 'text/plain', 'content-length': hundredMb })],
    ['in chunks', '/api/flags/evaluate', 413, () => ({ ...authorized(), 'transfer-encoding': 'chunked' })],
  ])(
    'bodies of 100 MB, %s, are refused before they have arrived',
    async (what, path, status, headers) => {
      const request = () => ({ path, headers: headers(), pieces: zeros(what === 'in chunks'), pauseMs: 5 });
      for (const answer of await outlive(request)) {
        expect(answer.status).toBe(status);
        expect(answer.sent).toBeLessThan(50 * 1_048_576);
      }
    },
    60_000,
  );

  it('a gzip bomb is not opened', async () => {
    const headers = () => ({ ...authorized(), 'content-encoding': 'gzip', 'content-length': String(bomb.length) });
    for (const { status } of await outlive(() => ({
      path: '/api/flags/evaluate',
      headers: headers(),
      pieces: [bomb],
    }))) {
      expect([413, 415, undefined]).toContain(status);
    }
    const small = gzipSync('{"context":{}}');
    const answer = await rawPost(platform.baseUrl, {
      path: '/api/flags/evaluate',
      headers: { ...authorized(), 'content-encoding': 'gzip', 'content-length': String(small.length) },
      pieces: [small],
    });
    expect([answer.status, answer.code]).toEqual([415, 'unsupported_encoding']);
  }, 60_000);

  it('a gzip bomb to the intake is opened no further than its limit', async () => {
    const headers = () => ({ ...writing(), 'content-encoding': 'gzip', 'content-length': String(bomb.length) });
    for (const answer of await outlive(() => ({ path: '/api/analytics/batch', headers: headers(), pieces: [bomb] }))) {
      expect([answer.status, answer.code]).toEqual([413, 'body_too_large']);
    }
  }, 60_000);

  it('a byte a second: cut after 10 s, the connection closed', async () => {
    const { pid } = platform.front;
    const sockets = socketsOf(pid);
    const headers = { ...authorized(), 'content-length': '200' };
    const slow = Array.from({ length: PARALLEL }, () =>
      rawPost(platform.baseUrl, { path: '/api/flags/evaluate', headers, pieces: drops(), pauseMs: 1_000 }),
    );
    for (const { status, seconds } of await Promise.all(slow)) {
      expect(status).toBe(408);
      expect(seconds).toBeLessThan(12);
    }
    await until(() => socketsOf(pid) <= sockets);
  }, 60_000);
});
