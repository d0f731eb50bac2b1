import { PLATFORM } from '#libs/contracts';
import { aRecord } from '#libs/testing';
import { aMembership, aRequest, ORG, USER_ID } from '../../../test/builders.js';
import { anonymousOrigin, keyOriginOf, originOf } from './origin.js';

const membership = aMembership({ role: 'member' });
const person = { kind: 'person', user: membership.user, sessionId: 's-1', expiresAt: 0 } as const;
const user = { type: 'user', id: USER_ID, name: 'ada@example.com' };

describe('the origin of a request', () => {
  it('is the person in the organization of the path', () => {
    expect(originOf(aRequest({ caller: { ...person, membership } }))).toMatchObject({ scope: ORG.id, actor: user });
  });

  it('is the person on the platform when the path has no organization', () => {
    expect(originOf(aRequest({ caller: person }))).toMatchObject({ scope: PLATFORM, actor: user });
  });

  it('is the API key in its organization', () => {
    const request = aRequest({ caller: { kind: 'key', record: aRecord({ id: 'k-1', org_id: ORG.id }) } });

    expect(keyOriginOf(request)).toMatchObject({ scope: ORG.id, actor: { type: 'api_key', id: 'k-1' } });
  });

  it('is anonymous on public routes, where tokens are not read', () => {
    expect(anonymousOrigin(aRequest())).toMatchObject({ scope: PLATFORM, actor: { type: 'system', id: 'anonymous' } });
  });

  it('has the id, the address, the trace and at most 500 characters of the user agent of the request', () => {
    const headers = { traceparent: '00-trace-01', 'user-agent': 'x'.repeat(600) };

    expect(anonymousOrigin(aRequest({ headers }))).toMatchObject({
      request_id: 'req-1',
      ip: '192.0.2.1',
      traceparent: '00-trace-01',
      user_agent: 'x'.repeat(500),
    });
  });

  it('is missing on a route of another kind of caller', () => {
    expect(() => originOf(aRequest())).toThrow(TypeError);
    expect(() => keyOriginOf(aRequest({ caller: person }))).toThrow(TypeError);
  });
});
