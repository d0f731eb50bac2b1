import { sdkOf } from './sdk-of.js';

describe('sdkOf', () => {
  it.each([
    [{ 'x-loom-lib': '@loom/node', 'x-loom-lib-version': '1.2.3', 'user-agent': 'node' }, '@loom/node', '1.2.3'],
    [{ 'user-agent': 'loom-web/0.4.1 (Linux) other/2' }, 'loom-web', '0.4.1'],
    [{ 'user-agent': 'node' }, 'node', 'unknown'],
    [{ 'x-loom-lib': 'mine' }, 'mine', 'unknown'],
    [{ 'x-loom-lib': '<script>', 'x-loom-lib-version': '"{}' }, 'script', 'unknown'],
    [{ 'user-agent': `${'a'.repeat(100)}/${'1'.repeat(100)}` }, 'a'.repeat(64), '1'.repeat(64)],
    [{}, 'unknown', 'unknown'],
  ])('reads %j', (headers, sdk, sdkVersion) => {
    expect(sdkOf(headers)).toEqual({ sdk, sdkVersion });
  });

  it('returns one object for each SDK', () => {
    const headers = { 'user-agent': 'loom-web/0.4.1' };
    expect(sdkOf(headers)).toBe(sdkOf({ ...headers }));
  });
});
