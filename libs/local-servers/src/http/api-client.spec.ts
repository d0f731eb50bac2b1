import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, bearer, call, signIn, statusOf } from './api-client.js';
import { exchange } from './exchange.js';

describe('the HTTP client', () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Answers with the request as JSON. */
  const echo: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { method, headers, url: path } = request;
      response.setHeader('etag', '"7"').end(JSON.stringify({ method, headers, path, body }));
    });
  };
  const status = (code: number, text: string): RequestListener => {
    return (_request, response) => void response.writeHead(code).end(text);
  };

  it('sends JSON with its token and returns status, headers and body', async () => {
    answer = echo;
    const answered = await new ApiClient(url, 't1').ask('PATCH', '/a', { name: 'é' }, { 'if-match': '"6"' });

    expect(answered.status).toBe(200);
    expect(answered.headers.get('etag')).toBe('"7"');
    expect(answered.body).toMatchObject({
      method: 'PATCH',
      path: '/a',
      body: '{"name":"é"}',
      headers: { authorization: 'Bearer t1', 'content-type': 'application/json', 'if-match': '"6"' },
    });
  });

  it('sends no content type without a body', async () => {
    answer = echo;
    const { body } = await call<{ headers: object }>('GET', url, undefined, bearer('k1'));

    expect(body.headers).not.toHaveProperty('content-type');
    expect(body.headers).toMatchObject({ authorization: 'Bearer k1' });
  });

  it('returns a refusal as an answer, and `must` throws it with its status', async () => {
    answer = status(409, '{"error":"taken"}');

    await expect(call('POST', url, {})).resolves.toMatchObject({ status: 409, body: { error: 'taken' } });
    await expect(new ApiClient(url, 't').must('POST', '/orgs', {})).rejects.toMatchObject({
      status: 409,
      message: 'POST /orgs: 409 {"error":"taken"}',
    });
  });

  it('takes an empty answer for an empty object, and throws an answer that is not JSON', async () => {
    answer = status(204, '');
    await expect(call('DELETE', url)).resolves.toMatchObject({ status: 204, body: {} });

    answer = status(502, '<html>');
    await expect(call('GET', `${url}/x`)).rejects.toMatchObject({
      status: 502,
      message: expect.stringContaining('<html>'),
    });
  });

  it('throws status 0 when the answer does not come in time, or breaks off', async () => {
    answer = () => undefined;
    await expect(exchange({ method: 'GET', url, timeoutMs: 50 })).rejects.toMatchObject({ status: 0 });

    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    };
    await expect(exchange({ method: 'GET', url })).rejects.toMatchObject({ status: 0 });
    await expect(statusOf('http://127.0.0.1:1')).resolves.toBe(0);
  });

  it('signs in with email and password, and works with the token it got', async () => {
    answer = status(200, '{"access_token":"t2"}');
    const client = await signIn(url, { email: 'a@b.c', password: 'p' });

    expect(client.token).toBe('t2');
    answer = status(401, '{}');
    await expect(signIn(url, { email: 'a@b.c', password: 'x' })).rejects.toMatchObject({ status: 401 });
  });
});
