import type { FastifyRequest } from 'fastify';
import { errorStatus, type ErrorCode } from '#libs/kernel';
import { createHttp } from '#libs/http';
import { createLogger } from '#libs/observability';
import { OFREP_EVALUATE, ofrepError, ofrepErrors } from './ofrep-error.js';

const requestOf = (url: string, params: object = {}): FastifyRequest =>
  ({ params, raw: { url } }) as unknown as FastifyRequest;

function bodyOf(code: ErrorCode, request: FastifyRequest): unknown {
  const error = { code, message: 'This is wrong', details: [], request_id: 'r1' };
  return ofrepError({ status: errorStatus(code), headers: {}, unexpected: false, body: { error } }, request);
}

describe('the body of an OFREP error', () => {
  const errorDetails = 'This is wrong (request r1)';

  it.each<[string, readonly ErrorCode[]]>([
    ['FLAG_NOT_FOUND', ['flag_not_found', 'not_found']],
    [
      'PARSE_ERROR',
      [
        'bad_request',
        'empty_body',
        'invalid_json',
        'invalid_utf8',
        'invalid_string',
        'duplicate_key',
        'forbidden_key',
        'too_deep',
        'too_many_members',
        'uri_too_long',
        'unsupported_media_type',
        'unsupported_encoding',
      ],
    ],
    ['INVALID_CONTEXT', ['invalid_context', 'context_too_large', 'invalid_type', 'unknown_field']],
    [
      'GENERAL',
      ['method_not_allowed', 'internal', 'overloaded', 'bus_unavailable', 'store_unavailable', 'not_initialised'],
    ],
  ])('has %s, with the key on the route of a flag alone', (errorCode, codes) => {
    for (const code of codes) {
      expect(bodyOf(code, requestOf(OFREP_EVALUATE))).toEqual({ errorCode, errorDetails });
      expect(bodyOf(code, requestOf(`${OFREP_EVALUATE}/a`, { key: 'a' }))).toEqual({
        key: 'a',
        errorCode,
        errorDetails,
      });
    }
  });

  it.each<ErrorCode>(['unauthenticated', 'invalid_key', 'forbidden_for_key_type', 'body_too_large', 'rate_limited'])(
    'is the text alone for %s, which clients know by its status',
    (code) => {
      expect(bodyOf(code, requestOf(`${OFREP_EVALUATE}/a`, { key: 'a' }))).toEqual({ errorDetails });
    },
  );

  it('has the key as it was sent, cut to 300 characters, when no route has read it', () => {
    expect(bodyOf('not_found', requestOf(`${OFREP_EVALUATE}/a/%zz?x=1`))).toMatchObject({ key: 'a/%zz' });
    const { key } = bodyOf('uri_too_long', requestOf(`${OFREP_EVALUATE}/${'k'.repeat(5_000)}`)) as { key: string };
    expect(key).toBe('k'.repeat(300));
  });
});

describe('paths below the routes of OFREP', () => {
  it('answer its body without a route, and others the envelope', async () => {
    const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
    ofrepErrors(http);
    http.post(`${OFREP_EVALUATE}/:key`, { config: { access: { kind: 'public' } } }, () => ({}));
    const answerOf = async (url: string) => (await http.inject({ method: 'POST', url })).json<object>();

    expect(await answerOf(`${OFREP_EVALUATE}/a/b`)).toMatchObject({ key: 'a/b', errorCode: 'FLAG_NOT_FOUND' });
    expect(await answerOf(`${OFREP_EVALUATE}/%zz`)).toMatchObject({ key: '%zz', errorCode: 'PARSE_ERROR' });
    const get = await http.inject({ method: 'GET', url: `${OFREP_EVALUATE}/a` });
    expect([get.statusCode, get.headers.allow]).toEqual([405, 'POST']);
    expect(get.json()).toMatchObject({ key: 'a', errorCode: 'GENERAL' });
    expect(await answerOf('/ofrep/v1/other')).toMatchObject({ error: { code: 'not_found' } });
    await http.close();
  });
});
