import { createHttp } from '#libs/http';
import { createLogger } from '#libs/observability';
import { PLATFORM_SETTINGS, platformSettings, type PlatformSettings } from './platform-settings.js';
import { parseSettings } from './settings.js';

const parse = (LOOM_TRUST_PROXY?: string) =>
  (parseSettings([platformSettings], { LOOM_TRUST_PROXY }).get(PLATFORM_SETTINGS) as PlatformSettings).http.trustProxy;

/** The client address that a process takes from `X-Forwarded-For`, called from 127.0.0.1. */
async function addressOf(setting: string, forwarded: string): Promise<string> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const http = createHttp({ service: 'test', logger, trustProxy: parse(setting) });
  http.get('/ip', { config: { access: { kind: 'public' } } }, (request) => ({ ip: request.ip }));
  const answer = await http.inject({ url: '/ip', headers: { 'x-forwarded-for': forwarded } });
  return answer.json<{ ip: string }>().ip;
}

describe('LOOM_TRUST_PROXY', () => {
  it.each([
    [undefined, 0],
    [' ', 0],
    ['0', 0],
    ['2', 2],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['loopback,192.0.2.7,2001:db8::/32', ['loopback', '192.0.2.7', '2001:db8::/32']],
  ])('takes a number of proxies, or networks: %s', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    'true', 'TRUE', 'True ', 'false', '1 ', ' 1', '01', '-1', '1.5', '11', '1e0', '0x1', 'foo', '10.0.0.0/33', '::1/129',
    '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/8, loopback', 'loopback,', '10.0.0', 'fe80::1%eth0', 'localhost',
  ])('refuses %j, with the reason', (text) => {
    expect(() => parse(text)).toThrow(/LOOM_TRUST_PROXY: .*(number of proxies)/);
  }); // prettier-ignore

  it('states why `true` is refused', () => {
    expect(() => parse('true')).toThrow('would let every client choose its own address');
  });

  it.each([
    ['0', '203.0.113.9', '127.0.0.1'],
    ['1', '203.0.113.9', '203.0.113.9'],
    ['1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['2', '1.1.1.1, 203.0.113.9, 10.0.0.1', '203.0.113.9'],
    ['loopback', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['loopback,10.0.0.0/8', '1.1.1.1, 203.0.113.9, 10.0.0.1', '203.0.113.9'],
  ])('%s: the client of "%s" is %s, whatever stands further left', async (setting, forwarded, client) => {
    expect(await addressOf(setting, forwarded)).toBe(client);
  });
});
