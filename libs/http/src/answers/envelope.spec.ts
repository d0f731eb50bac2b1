import { AppError, type ErrorCode } from '#libs/kernel';
import { toEnvelope } from './envelope.js';

describe('the headers of an error', () => {
  it.each<[ErrorCode, string]>([
    ['unauthenticated', 'Bearer realm="loom"'],
    ['invalid_credentials', 'Bearer realm="loom"'],
    ['invalid_refresh_token', 'Bearer realm="loom"'],
    ['key_in_url', 'Bearer realm="loom"'],
    ['invalid_token', 'Bearer realm="loom", error="invalid_token"'],
    ['invalid_key', 'Bearer realm="loom", error="invalid_token"'],
  ])('name the scheme of credentials for %s', (code, challenge) => {
    expect(toEnvelope(new AppError(code, 'x'), 'r')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': challenge },
    });
  });

  it('name it for a 401 of a library too', () => {
    const error = Object.assign(new Error('no'), { statusCode: 401 });

    expect(toEnvelope(error, 'r').headers).toEqual({ 'www-authenticate': 'Bearer realm="loom"' });
  });

  it('have the time to wait for 429 and 503, and nothing otherwise', () => {
    const limited = new AppError('rate_limited', 'x', [{ message: 'x', retry_after: 7.2 }]);

    expect(toEnvelope(limited, 'r').headers).toEqual({ 'retry-after': '8' });
    expect(toEnvelope(new AppError('overloaded', 'x'), 'r').headers).toEqual({ 'retry-after': '1' });
    expect(toEnvelope(new AppError('forbidden', 'x'), 'r').headers).toEqual({});
  });
});
