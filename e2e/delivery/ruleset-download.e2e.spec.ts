import { privateServers, type PrivateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

describe('GET /api/flags/ruleset', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Download');
    await work.person.must('POST', '/flags', { key: 'a.flag', name: 'x', type: 'boolean' });
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const get = (headers: Record<string, string> = {}, key = work.keys.dev.server) =>
    fetch(`${platform.baseUrl}/api/flags/ruleset`, { headers: { authorization: `Bearer ${key}`, ...headers } });

  it('gives server keys all rules of their environment, 304 while nothing moves, and the new version after a change', async () => {
    const first = await until(async () => {
      const response = await get({ 'accept-encoding': 'gzip' });
      const text = await response.text();
      return text.includes('a.flag') && { response, text };
    });
    expect(first.response.headers.get('content-encoding')).toBe('gzip');
    const etag = first.response.headers.get('etag')!;
    expect(JSON.parse(first.text)).toMatchObject({
      version: first.response.headers.get('loom-version'),
      environment: { name: 'dev' },
    });
    expect(await (await get({ 'accept-encoding': 'identity' })).text()).toBe(first.text);

    const unchanged = await get({ 'if-none-match': etag });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
    await work.person.must('PATCH', '/flags/a.flag/configs/dev', { enabled: true });
    const moved = await until(async () => {
      const response = await get({ 'if-none-match': etag });
      return response.status === 200 && response;
    });
    expect(moved.headers.get('etag')).not.toBe(etag);
  });

  it('is refused to client keys', async () => {
    expect((await get({}, work.keys.dev.client)).status).toBe(403);
  });
});
