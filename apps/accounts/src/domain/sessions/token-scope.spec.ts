import { scopeClaim } from './token-scope.js';

describe('the scope claim', () => {
  it('is there when it was asked for, each word once', () => {
    expect(scopeClaim(undefined)).toBeUndefined();
    expect(scopeClaim(['read'])).toBe('read');
    expect(scopeClaim(['write', 'read', 'write'])).toBe('write read');
  });

  it.each([[[]], [['admin']], [['read', 'read write']]])('is never %j', (scopes) => {
    expect(() => scopeClaim(scopes as never)).toThrow(expect.objectContaining({ code: 'invalid_type' }));
  });
});
