import type { FastifyRequest } from 'fastify';
import { refusalOf } from './refusal-of.js';

const aRequest = (headers: object = {}): FastifyRequest =>
  ({
    id: 'request-1',
    method: 'POST',
    headers,
    params: { org: 'acme' },
    routeOptions: { url: '/api/orgs/:org/flags' },
  }) as unknown as FastifyRequest;
const attempt = { actor: { type: 'user', id: 'u1' }, scope: 'platform' } as const;

describe('refusalOf', () => {
  it('describes the caller, the route pattern and the error code', () => {
    const request = aRequest({ traceparent: '00-1-2-01', 'user-agent': 'x'.repeat(600) });

    expect(refusalOf(request, attempt, 'forbidden')).toEqual({
      origin: { ...attempt, request_id: 'request-1', traceparent: '00-1-2-01', user_agent: 'x'.repeat(500) },
      route: 'POST /api/orgs/:org/flags',
      reason: 'forbidden',
      org: 'acme',
    });
  });

  it('prefers the reason of the attempt to the error code', () => {
    const refusal = refusalOf(aRequest(), { ...attempt, reason: 'revoked_key' }, 'invalid_key');

    expect(refusal).toMatchObject({ reason: 'revoked_key', origin: { user_agent: undefined } });
  });
});
