import type { TokenScope } from '#libs/contracts';
import { scopeClaim } from './token-scope.js';

describe('the scope claim', () => {
  it('holds each word of the request once, and is absent without a request', () => {
    expect(scopeClaim(undefined)).toBeUndefined();
    expect(scopeClaim(['read'])).toBe('read');
    expect(scopeClaim(['write', 'read', 'write'])).toBe('write read');
  });

  it.each([[[]], [['admin']], [['read', 'read write']]])('is never %j', (scopes) => {
    expect(() => scopeClaim(scopes as string[] as TokenScope[])).toThrow(
      expect.objectContaining({ code: 'invalid_type' }),
    );
  });
});
