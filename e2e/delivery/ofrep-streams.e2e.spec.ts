import { createHmac } from 'node:crypto';
import { bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { StreamListener } from '../support/stream.js';

const FLAG = 'streams.flag';
const BULK = '/ofrep/v1/evaluate/flags';
const WITHIN_MS = 1_000;

interface BulkAnswer {
  readonly flags: readonly { readonly key: string; readonly value?: unknown }[];
  readonly eventStreams: readonly { readonly type: string; readonly endpoint: { readonly requestUri: string } }[];
  readonly metadata: { readonly version: string };
}

/** A token that evaluation would have given out twelve hours before `expiresAt`. */
function tokenOf(lookupId: string, expiresAt: number, secret: string): string {
  const claims = `${lookupId}.${expiresAt.toString(36)}`;
  const mac = createHmac('sha256', secret).update(`loom OFREP stream token 1|${claims}`).digest('hex');
  return `s1.${claims}.${mac}`;
}

/** Evaluation answers in one process, the stream is read from another: what they share is the secret. */
describe('OFREP event streams', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let streaming: string;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Streams');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    streaming = (await platform.add('streaming')).url;
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const newKey = async (more: object = {}): Promise<{ id: string; key: string }> => {
    const made = await work.person.must<{ id: string; key: string }>('POST', '/environments/dev/sdk-keys', {
      name: 'k',
      key_type: 'client',
      ...more,
    });
    await until(async () => (await bulk(made.key)).status === 200);
    return made;
  };
  const bulk = (key: string, query = '', etag?: string) =>
    call<BulkAnswer>(
      'POST',
      `${platform.baseUrl}${BULK}${query}`,
      { context: { targetingKey: 'u' } },
      {
        authorization: `Bearer ${key}`,
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
    );
  const uriOf = async (key: string): Promise<string> => (await bulk(key)).body.eventStreams[0]!.endpoint.requestUri;
  const statusOf = async (url: string, headers = {}): Promise<number> => {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.status;
  };
  const change = (enabled: boolean) => work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, { enabled });

  it('announce a change, and the version in it makes the next answer new', async () => {
    const { key } = await newKey();
    const before = await bulk(key);
    const listener = await StreamListener.open(streaming + (await uriOf(key)), 'none');

    await change(true);
    const { id, data } = await until(() => listener.find('message'));
    const notice = data as unknown as { type: string; etag: string; lastModified: number };
    const query = `?flagConfigEtag=${encodeURIComponent(notice.etag)}&flagConfigLastModified=${notice.lastModified}`;
    const after = await bulk(key, query, before.headers.get('etag')!);
    listener.close();

    expect(notice).toMatchObject({ type: 'refetchEvaluation', etag: `"${id}"` });
    expect([after.status, after.body.metadata.version]).toEqual([200, id]);
    expect((await bulk(key, query, after.headers.get('etag')!)).status).toBe(304);
  }, 60_000);

  it('announce at once to a reader that reconnects that something changed meanwhile', async () => {
    const { key } = await newKey();
    const uri = streaming + (await uriOf(key));
    const response = await fetch(uri, { headers: { 'last-event-id': '0000000a1.0.1' } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    await until(async () => (text += (await reader.read()).value ?? '').includes('refetchEvaluation'));
    await reader.cancel();

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  }, 60_000);

  it('end within a second of the revocation and of the expiry of their key, and open no more', async () => {
    const expiresAt = Date.now() + 4_000;
    const mortal = await newKey({ expires_at: new Date(expiresAt).toISOString() });
    const revoked = await newKey();
    const uris = [await uriOf(mortal.key), await uriOf(revoked.key)].map((uri) => streaming + uri);
    const [first, second] = await Promise.all(uris.map((uri) => StreamListener.open(uri, 'none')));

    await work.person.must('DELETE', `/keys/${revoked.id}`);
    await until(() => second!.ended, WITHIN_MS);
    await until(() => first!.ended, expiresAt - Date.now() + WITHIN_MS);

    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    expect(await Promise.all(uris.map((uri) => statusOf(uri)))).toEqual([401, 401]);
  }, 60_000);

  it('end with their token, though the key goes on', async () => {
    const { key } = await newKey();
    const uri = await uriOf(key);
    const expiresAt = Date.now() + 4_000;
    const mortal =
      streaming +
      uri.replace(/s1\..*/, tokenOf(uri.split('.')[1]!, expiresAt, platform.env['LOOM_STREAM_TOKEN_SECRET']!));
    const lasting = await StreamListener.open(streaming + uri, 'none');
    const listener = await StreamListener.open(mortal, 'none');

    await until(() => listener.ended, expiresAt - Date.now() + WITHIN_MS * 2);
    const endedAt = Date.now();
    const hasEnded = lasting.ended;
    lasting.close();

    expect(endedAt).toBeGreaterThanOrEqual(expiresAt);
    expect(hasEnded).toBe(false);
    expect(await statusOf(mortal)).toBe(401);
    expect((await bulk(key)).status).toBe(200);
  }, 60_000);

  it('are opened by their token alone, which opens nothing else', async () => {
    const { key } = await newKey();
    const uri = await uriOf(key);
    const token = uri.slice(uri.indexOf('=') + 1);
    const forged = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    const headers = bearer(token);
    const at = (query: string): string => `${streaming}/ofrep/v1/stream${query}`;

    expect(await statusOf(at(`?token=${forged}`))).toBe(401);
    expect(await statusOf(at(''))).toBe(401);
    expect(await statusOf(at(''), bearer(key))).toBe(401);
    expect(await statusOf(at(`?token=${key}`))).toBe(401);
    expect(await statusOf(`${streaming}/api/flags/stream`, headers)).toBe(401);
    expect((await bulk(token)).status).toBe(401);
  }, 60_000);

  it('may be read by pages of the origins that the key allows', async () => {
    const { key } = await newKey({ allowed_origins: ['https://app.example.com'] });
    const uri = streaming + (await uriOf(key));

    expect(await statusOf(uri, { origin: 'https://app.example.com' })).toBe(200);
    expect(await statusOf(uri, { origin: 'https://other.example.com' })).toBe(403);
  }, 60_000);

  it('never get a 304 from an evaluator that is behind', async () => {
    const { key } = await newKey();
    const { headers, body } = await bulk(key);
    const [epoch, platformVersion, org] = body.metadata.version.split('.');
    const ahead = `${epoch}.${platformVersion}.${Number(org) + 1_000}`;
    const etag = headers.get('etag')!;

    expect((await bulk(key, '', etag)).status).toBe(304);
    expect((await bulk(key, `?flagConfigEtag=${encodeURIComponent(`"${ahead}"`)}`, etag)).status).toBe(200);
    const evaluate = (query: string) =>
      call('POST', `${platform.baseUrl}/api/flags/evaluate${query}`, { context: {} }, bearer(key));
    expect((await evaluate(`?min_version=${ahead}`)).body).toMatchObject({ stale: true });
    expect((await evaluate(`?min_version=${body.metadata.version}`)).body).not.toHaveProperty('stale');
  }, 60_000);
});
