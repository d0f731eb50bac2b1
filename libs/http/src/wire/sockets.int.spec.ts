import { connect, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AppError } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { createHttp } from '../nest/create-http.js';
import { keepOpen } from './keep-open.js';

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly code: string | undefined;
  readonly text: string;
  readonly raw: string;
}

describe('createHttp on a real socket', () => {
  let http: FastifyInstance;
  let port: number;
  beforeAll(async () => {
    http = createHttp({
      service: 'test',
      logger: createLogger({ service: 'test', level: 'silent' }),
      limits: { requestTimeoutMs: 300, connectionTimeoutMs: 1_200, requestsPerSocket: 3 },
    });
    const open = { config: { access: { kind: 'public' } } } as const;
    http.get('/x', open, () => ({ ok: true }));
    http.post('/x', open, (request) => request.body);
    http.post('/given-up', {
      ...open,
      onRequest: ({ raw }, _reply, done) => {
        // As undici does with the body of a request that it does not forward.
        Object.assign(raw, { socket: null });
        raw.destroy();
        raw.once('close', () => done(new AppError('overloaded', 'try again shortly')));
      },
      handler: () => ({}),
    });
    http.get('/stream', open, (_request, reply) => {
      reply.hijack();
      keepOpen(reply);
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
      reply.raw.flushHeaders();
      setTimeout(() => reply.raw.end('data: late\n\n'), 1_800);
    });
    await http.listen({ port: 0, host: '127.0.0.1' });
    port = (http.server.address() as AddressInfo).port;
  });
  afterAll(() => http.close());

  /** Sends the text and returns everything received until the server closes the connection. */
  function send(text: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(read(received)));
    return promise;
  }

  function read(text: string): Answer {
    const [headers = '', body = ''] = text.split('\r\n\r\n');
    const code = /"code":"([a-z_]+)"/.exec(body)?.[1];
    return { status: Number(headers.slice(9, 12)), headers: headers.toLowerCase(), code, text: body, raw: text };
  }

  it('answers with the envelope when a handler has given up the body', async () => {
    const { status, code } = await send(
      'POST /given-up HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );

    expect([status, code]).toEqual([503, 'overloaded']);
  });

  it.each([
    [
      'a body that never ends',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":1}',
      408,
      'request_timeout',
    ],
    ['headers that never end', 'GET /x HTTP/1.1\r\nHost: x\r\nX-A:', 408, 'request_timeout'],
    ['headers of 17 KiB', `GET /x HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(17_408)}\r\n\r\n`, 431, 'headers_too_large'],
    [
      'a URL of 9 KiB',
      `GET /x?${'a'.repeat(9_216)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      414,
      'uri_too_long',
    ],
    ['a URL of 20 KiB', `GET /x?${'a'.repeat(20_480)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414, 'uri_too_long'],
    ['no Host', 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    ['two Hosts', 'GET /x HTTP/1.1\r\nHost: x\r\nhOST: y\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    ['two equal Hosts', 'GET /x HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    ['two Hosts of no path', 'GET /no HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    [
      'an unknown Expect',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: x\r\n\r\n{}',
      417,
      'bad_request',
    ],
    ['no HTTP', 'hello\r\n\r\n', 400, 'bad_request'],
    [
      'two lengths',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      400,
      'bad_request',
    ],
    [
      'a length and chunks',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad_request',
    ],
  ])('answers %s with the envelope and closes the connection', async (_what, text, status, code) => {
    const answer = await send(text);

    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.headers).toMatch(/x-request-id: [0-9a-f-]{36}/);
    expect(answer.headers).toContain('content-type: application/json; charset=utf-8');
  });

  it('answers 405 with Allow to another method of a known path', async () => {
    const { status, code, headers } = await send('DELETE /x?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    expect([status, code]).toEqual([405, 'method_not_allowed']);
    expect(headers).toContain('allow: get, head, post\r\n');
  });

  it('answers HTTP/1.0 without a Host, and HTTP/1.1 with an empty one', async () => {
    expect(await send('GET /x HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200 });
    expect(await send('GET /x HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatchObject({ status: 200 });
  });

  it.each(['Content-Length: 100000000', 'Transfer-Encoding: chunked'])(
    'answers 404 without waiting for the body (%s)',
    async (length) => {
      const head = `POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
      const answer = await send(head);

      expect([answer.status, answer.code]).toEqual([404, 'not_found']);
      expect(answer.headers).toContain('connection: close');
    },
  );

  it.each([
    ['an announced body', 'Content-Length: 100000000', 'x'.repeat(65_536)],
    ['a chunked body', 'Transfer-Encoding: chunked', `10000\r\n${'x'.repeat(65_536)}\r\n`],
  ])(
    'delivers the answer to %s that is too large, even to a client that reads only after sending',
    async (_what, length, piece) => {
      const socket = connect(port, '127.0.0.1');
      const failures: Error[] = [];
      socket.on('error', (error) => failures.push(error)).pause();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const write = (text: string) => new Promise((resolve) => socket.write(text, resolve));
      await write(`POST /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`);
      for (let i = 0; i < 20; i += 1) {
        await write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const received: Buffer[] = [];
      socket.on('data', (data: Buffer) => received.push(data)).resume();
      await closed;

      const answer = read(Buffer.concat(received).toString());
      expect([failures, answer.status, answer.code]).toEqual([[], 413, 'body_too_large']);
    },
  );

  it('keeps the connection open after a 404 for a request with a short body', async () => {
    const nowhere =
      'POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{"a"';
    const { raw } = await send(`${nowhere}GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(raw.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('keeps a stream with keepOpen beyond the idle timeout', async () => {
    expect((await send('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n')).text).toContain('data: late');
  });

  it('closes a connection after requestsPerSocket requests, all of them answered', async () => {
    const { raw } = await send('GET /x HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));

    expect(raw.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(raw.match(/^connection: close/gim)).toHaveLength(1);
  });

  it('still answers after all of these connections', async () => {
    expect((await send('GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).text).toBe('{"ok":true}');
  });
});
