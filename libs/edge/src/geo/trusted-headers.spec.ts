import type { FastifyRequest } from 'fastify';
import { parseSettings } from '#libs/service';
import { type GeoSettings, geoSettings } from './geo-settings.js';
import { forgedGeoHeaders, geoHeadersOf } from './trusted-headers.js';

const settingsOf = (environment: Record<string, string>): GeoSettings =>
  parseSettings([geoSettings], environment).get(geoSettings.token) as GeoSettings;
const settings = settingsOf({ LOOM_GEO_HEADERS: 'country=CF-IPCountry, region=x-region,city=x-city' });
const request = (headers: Record<string, string | string[]>, ips?: string[]): FastifyRequest =>
  ({ headers, ips }) as unknown as FastifyRequest;
const BEHIND_PROXY = ['10.0.0.1', '81.2.69.1'];

describe('the settings of geo', () => {
  it('name a header for each field, in any case, and a file', () => {
    expect([...settings.headers]).toEqual([
      ['country', 'cf-ipcountry'],
      ['region', 'x-region'],
      ['city', 'x-city'],
    ]);
    expect(settingsOf({ LOOM_GEO_DATABASE: '/data/city.mmdb' }).database).toBe('/data/city.mmdb');
    expect(settingsOf({})).toEqual({ headers: new Map() });
  });

  it.each(['country', 'country=a b', 'planet=x', 'country=a,country=b', 'country=a=b', '=x'])(
    'refuse LOOM_GEO_HEADERS=%s',
    (text) => {
      expect(() => settingsOf({ LOOM_GEO_HEADERS: text })).toThrow('LOOM_GEO_HEADERS');
    },
  );
});

describe('geo headers', () => {
  const headers = { 'cf-ipcountry': ' DE ', 'x-region': '', 'x-city': ['a', 'b'] };

  it('are believed when a trusted proxy has sent the request', () => {
    expect(geoHeadersOf(request(headers, BEHIND_PROXY), settings)).toEqual({ country: 'DE' });
  });

  it.each([
    ['without trust', undefined],
    ['from the proxy itself', ['10.0.0.1']],
  ])('are not believed %s', (_what, ips) => {
    expect(geoHeadersOf(request(headers, ips), settings)).toEqual({});
  });

  it('of senders without trust are named, so that they are not forwarded', () => {
    expect(forgedGeoHeaders(request(headers), settings)).toEqual(['cf-ipcountry', 'x-region', 'x-city']);
    expect(forgedGeoHeaders(request(headers, BEHIND_PROXY), settings)).toEqual([]);
  });

  it('are read as UTF-8, and as they are when they are not', () => {
    const sent = (city: Buffer) =>
      geoHeadersOf(request({ 'x-city': city.toString('latin1') }, BEHIND_PROXY), settings).city;

    expect(sent(Buffer.from('Köln'))).toBe('Köln');
    expect(sent(Buffer.from('Köln', 'latin1'))).toBe('Köln');
  });
});
