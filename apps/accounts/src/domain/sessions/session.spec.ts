import { judge, type PresentedToken, type RefreshToken } from './session.js';

const start = Date.parse('2030-01-01T00:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1_000);
const aToken = (token: Partial<RefreshToken> = {}): RefreshToken => ({
  id: 'token',
  sessionId: 'session',
  hash: 'hash',
  createdAt: at(0),
  expiresAt: at(1_000),
  ...token,
});
const presented = (
  token: Partial<RefreshToken>,
  rest: { endedAt?: Date; successor?: RefreshToken } = {},
): PresentedToken => ({
  session: { id: 'session', userId: 'user', clientType: 'web', createdAt: at(0), endedAt: rest.endedAt },
  token: aToken(token),
  successor: rest.successor,
});
const fresh = aToken({ id: 'next', createdAt: at(100) });
const exchanged = aToken({ id: 'next', usedAt: at(101) });

describe('a refresh token', () => {
  it.each([
    ['that is new is exchanged', presented({}), at(999), 'rotate'],
    ['that is too old is refused', presented({}), at(1_000), 'refused'],
    ['of an ended session is refused', presented({}, { endedAt: at(1) }), at(2), 'refused'],
    ['used and ended is refused', presented({ usedAt: at(1) }, { endedAt: at(1), successor: fresh }), at(2), 'refused'],
    ['used ten seconds ago is answered again', presented({ usedAt: at(100) }, { successor: fresh }), at(110), 'repeat'],
    ['used longer ago is stolen', presented({ usedAt: at(100) }, { successor: fresh }), at(110.001), 'reused'],
    ['whose successor was used is stolen', presented({ usedAt: at(100) }, { successor: exchanged }), at(102), 'reused'],
    ['of a session at its largest age is refused', presented({ expiresAt: at(9_999) }), at(5_000), 'refused'],
    ['of a session before its largest age is exchanged', presented({ expiresAt: at(9_999) }), at(4_999), 'rotate'],
  ] as const)('%s', (_, token, now, verdict) => {
    expect(judge(token, now, 5_000_000)).toBe(verdict);
  });
});
