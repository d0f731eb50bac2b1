import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gatewayProcess, type GatewayProcess } from './world.js';
import { routesOf, until } from '#libs/testing';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service behind the gateway, which records its requests. */
class Upstream {
  readonly received: Received[] = [];
  readonly streams: ServerResponse[] = [];
  readonly closed: string[] = [];
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    if (headers['x-cut'] !== undefined) return void request.socket.destroy();
    const chunks = await request.toArray();
    this.received.push({ method, url, headers, body: Buffer.concat(chunks as Buffer[]).toString() });
    if (!url.includes('/stream')) {
      const status = headers.authorization === undefined ? 401 : 200;
      return void response
        .writeHead(status, { 'content-type': 'application/json', 'x-answered-by': 'upstream' })
        .end('{"a":1}');
    }
    this.streams.push(response);
    request.once('close', () => this.closed.push(url));
    response.on('close', () => this.closed.push(url));
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: init\n\n');
  }
}

/** What a server answers to a text over a connection of its own, until it contains `end`, or the server closes. */
function exchange(url: string, pieces: readonly { readonly text: string; readonly end: string }[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  const left = [...pieces];
  let received = '';
  const socket = connect(Number(port), hostname, () => socket.write(left[0]?.text ?? ''));
  socket.on('data', (data) => {
    received += data.toString();
    while (left[0] !== undefined && received.includes(left[0].end)) {
      left.shift();
      if (left[0] === undefined) socket.end();
      else socket.write(left[0].text);
    }
  });
  socket.on('error', () => undefined).once('close', () => resolve(received));
  return promise;
}

describe('streams of SDKs without an ingress in front', () => {
  it('are bounded, each with two connections, and admitted again when one ends', async () => {
    const upstream = new Upstream();
    const gateway = await gatewayProcess({ LOOM_STREAMING_URL: await upstream.start(), LOOM_STREAM_MAX_OPEN: '2' });
    const places = gateway.running.runtime.streamPlaces;
    const leave = new AbortController();
    const open = (path: string, signal?: AbortSignal) => fetch(gateway.running.url + path, { signal: signal ?? null });
    await Promise.all(['/api/flags/stream', '/ofrep/v1/stream?token=x'].map((path) => open(path, leave.signal)));
    expect([places.open, places.further]).toEqual([2, 2]);

    const refused = await open('/api/flags/stream');
    expect([refused.status, refused.headers.get('connection')]).toEqual([503, 'close']);
    expect(await refused.json()).toMatchObject({ error: { code: 'overloaded' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(upstream.received).toHaveLength(2);

    leave.abort();
    await until(() => places.open === 0 && upstream.closed.length >= 2);
    expect(places.further).toBe(0);
    await gateway.stop();
    upstream.stop();
  });
});

describe('the paths of SDKs without an ingress in front', () => {
  let gateway: GatewayProcess;
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = new Upstream();
    const url = await upstream.start();
    gateway = await gatewayProcess({ LOOM_EVALUATION_URL: url, LOOM_STREAMING_URL: url });
  });
  afterAll(async () => {
    await gateway.stop();
    upstream.stop();
  });
  beforeEach(() => void (upstream.received.length = 0));

  it.each([
    ['POST', '/api/flags/evaluate?explain=true'],
    ['POST', '/api/flags/evaluate/checkout.new_flow'],
    ['POST', '/ofrep/v1/evaluate/flags'],
    ['POST', '/ofrep/v1/evaluate/flags/a%2Fb'],
  ])('forwards %s %s unchanged', async (method, path) => {
    const body = '{"context": {"a":1,  "a":2}}';

    const answer = await gateway.call(method, path, {
      token: 'loom_any',
      body,
      headers: { 'x-request-id': 'mine-1', 'if-none-match': '"x"' },
    });

    expect([answer.status, answer.body, answer.headers.get('x-answered-by')]).toEqual([200, { a: 1 }, 'upstream']);
    expect(upstream.received).toMatchObject([
      {
        method,
        url: path,
        body,
        headers: {
          authorization: 'Bearer loom_any',
          'x-request-id': 'mine-1',
          'if-none-match': '"x"',
          'x-forwarded-for': '127.0.0.1',
        },
      },
    ]);
  });

  it('passes on refusals of the service', async () => {
    const { status, headers } = await gateway.call('POST', '/api/flags/evaluate');

    expect([status, headers.get('x-answered-by')]).toEqual([401, 'upstream']);
    expect(upstream.received[0]?.body).toBe('');
  });

  it.each([
    ['other types', { 'content-type': 'text/plain' }, 'hello'],
    ['encoded bodies', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 'not gzip'],
  ])('forwards %s', async (_what, headers, body) => {
    await gateway.call('POST', '/api/flags/evaluate', { headers, body });

    expect(upstream.received).toMatchObject([{ headers, body }]);
  });

  it('asks for the body of a client that waits for 100 Continue, and forwards it', async () => {
    const body = JSON.stringify({ context: { attributes: { text: 'x'.repeat(2_000_000) } } });
    const head = [
      'POST /api/flags/evaluate HTTP/1.1',
      'Host: loom',
      'Authorization: Bearer loom_any',
      'Connection: close',
    ];
    const ofBody = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Expect: 100-continue'];

    const answer = await exchange(gateway.running.url, [
      { text: `${[...head, ...ofBody].join('\r\n')}\r\n\r\n`, end: 'HTTP/1.1 100 Continue\r\n\r\n' },
      { text: body, end: '{"a":1}' },
    ]);

    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(upstream.received).toHaveLength(1);
    expect(upstream.received[0]?.body === body).toBe(true);
    expect(upstream.received[0]?.headers.expect).toBeUndefined();
  });

  it.each([
    ['a type', 'GET', ['Content-Type: application/json'], ''],
    ['a type and no length', 'GET', ['Content-Type: application/json', 'Content-Length: 0'], ''],
    ['a body', 'GET', ['Content-Type: application/json', 'Content-Length: 2'], '{}'],
    ['a body in chunks', 'GET', ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'],
    ['a body that waits', 'GET', ['Content-Type: text/plain', 'Content-Length: 2', 'Expect: 100-continue'], '{}'],
    ['a type', 'HEAD', ['Content-Type: application/json'], ''],
    ['a body', 'HEAD', ['Content-Type: application/json', 'Content-Length: 2'], '{}'],
    ['a type and no length', 'POST', ['Content-Type: application/json', 'Content-Length: 0'], ''],
    ['neither type nor length', 'POST', [], ''],
    ['a body in chunks', 'OPTIONS', ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ])('forwards a request with %s: %s', async (_what, method, headers, body) => {
    const head = [`${method} /api/flags/ruleset HTTP/1.1`, 'Host: loom', 'Authorization: Bearer loom_any', ...headers];

    const answer = await exchange(gateway.running.url, [
      { text: `${head.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`, end: '\r\nx-answered-by: upstream' },
    ]);

    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(upstream.received).toMatchObject([{ method, url: '/api/flags/ruleset', body: '' }]);
  });

  it.each([
    ['before the body has arrived', 'Content-Type: application/json\r\nContent-Length: 500\r\n', '{"context"'],
    ['of a request without one', '', ''],
  ])('answers a connection that breaks %s without the words of a library', async (_when, ofBody, body) => {
    const head = 'POST /api/flags/evaluate HTTP/1.1\r\nHost: loom\r\nX-Cut: yes\r\nConnection: close\r\n';

    const answer = await exchange(gateway.running.url, [{ text: `${head}${ofBody}\r\n${body}`, end: '"request_id"' }]);

    expect(answer).toContain('HTTP/1.1 503');
    expect(answer).toContain(
      '{"error":{"code":"overloaded","message":"The service that answers this path is not reach',
    );
  });

  it('forwards preflights', async () => {
    await gateway.call('OPTIONS', '/ofrep/v1/evaluate/flags', { headers: { origin: 'https://a.example' } });

    expect(upstream.received).toMatchObject([{ method: 'OPTIONS', headers: { origin: 'https://a.example' } }]);
  });

  it('forwards each event at once, and ends the upstream request when the reader leaves', async () => {
    const leave = new AbortController();
    const response = await fetch(`${gateway.running.url}/api/flags/stream`, { signal: leave.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();

    expect((await reader.read()).value).toBe('event: init\n\n');
    upstream.streams.at(-1)!.write('event: flag.updated\n\n');
    expect((await reader.read()).value).toBe('event: flag.updated\n\n');

    upstream.closed.length = 0;
    leave.abort();
    await until(() => upstream.closed.length > 0);
  });

  it.each([
    ['%zz', 400, 'PARSE_ERROR'],
    ['a/b', 404, 'FLAG_NOT_FOUND'],
  ])('answers OFREP errors for the path /ofrep/v1/evaluate/flags/%s', async (key, status, errorCode) => {
    const answer = await gateway.call('POST', `/ofrep/v1/evaluate/flags/${key}`, { body: { context: {} } });

    expect([answer.status, answer.body]).toMatchObject([status, { key, errorCode }]);
  });

  it('refuses a key in the URL without forwarding it', async () => {
    const { status, code } = await gateway.call(
      'POST',
      `/api/flags/evaluate?key=loom_flags_server_dev_${'0'.repeat(40)}`,
    );

    expect([status, code, upstream.received]).toEqual([401, 'key_in_url', []]);
  });

  it('lists them as proxied, not as public', () => {
    const kinds = routesOf(gateway.running)
      .filter(({ url }) => /^\/(ofrep|api\/flags)/.test(url))
      .map(({ access }) => access.kind);

    expect(new Set(kinds)).toEqual(new Set(['custom:proxied']));
  });
});

describe('headers with the place of a client', () => {
  it.each([
    ['drops those that a client has sent', {}, {}],
    ['forwards those of a trusted proxy', { LOOM_TRUST_PROXY: '1' }, { 'x-country': 'DE', 'x-city': 'Berlin' }],
  ])('%s', async (_what, trust, forwarded) => {
    const upstream = new Upstream();
    const url = await upstream.start();
    const geo = { LOOM_GEO_HEADERS: 'country=X-Country,city=X-City' };
    const gateway = await gatewayProcess({ LOOM_EVALUATION_URL: url, ...geo, ...trust });
    const headers = { 'x-country': 'DE', 'x-city': 'Berlin', 'x-other': 'kept', 'x-forwarded-for': '81.2.69.1' };

    await gateway.call('POST', '/api/flags/evaluate', { body: {}, headers });
    await gateway.stop();
    upstream.stop();

    const { 'x-country': country, 'x-city': city, 'x-other': other } = upstream.received[0]!.headers;
    expect({ 'x-country': country, 'x-city': city, 'x-other': other }).toEqual({ ...forwarded, 'x-other': 'kept' });
  });
});

describe('the paths of SDKs', () => {
  it('are 503 while their service is away', async () => {
    const gateway = await gatewayProcess({ LOOM_EVALUATION_URL: 'http://127.0.0.1:9' });

    const { status, code, headers } = await gateway.call('POST', '/api/flags/evaluate', { body: {} });
    await gateway.stop();

    expect([status, code, headers.get('retry-after')]).toEqual([503, 'overloaded', '1']);
  });

  it('do not exist without the settings', async () => {
    const gateway = await gatewayProcess();

    const { status, code } = await gateway.call('POST', '/api/flags/evaluate', { body: {} });
    await gateway.stop();

    expect([status, code]).toEqual([404, 'not_found']);
  });

  it('end with the process, streams included', async () => {
    const upstream = new Upstream();
    const gateway = await gatewayProcess({ LOOM_STREAMING_URL: await upstream.start() });
    const response = await fetch(`${gateway.running.url}/api/flags/stream`);
    const reader = response.body!.getReader();
    await reader.read();

    await gateway.stop();

    await expect(
      reader.read().then(
        ({ done }) => done,
        () => true,
      ),
    ).resolves.toBe(true);
    upstream.stop();
  });
});
