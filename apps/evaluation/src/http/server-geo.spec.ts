import type { FastifyRequest } from 'fastify';
import type { KeyRecord, KeyType } from '#libs/contracts';
import { type GeoSettings, geoSettings } from '#libs/edge';
import { parseSettings } from '#libs/service';
import { serverGeo } from './server-geo.js';

const settingsOf = (LOOM_GEO_HEADERS: string): GeoSettings =>
  parseSettings([geoSettings], { LOOM_GEO_HEADERS }).get(geoSettings.token) as GeoSettings;
const request = (headers: Record<string, string>, isTrusted = true): FastifyRequest =>
  ({ headers, ip: '81.2.69.1', ips: isTrusted ? ['10.0.0.1', '81.2.69.1'] : undefined }) as unknown as FastifyRequest;
const key = (key_type: KeyType): KeyRecord => ({ key_type }) as KeyRecord;
const claimed = { user_id: 'u', geo: { country: 'XX', city: 'Nowhere' } };
const database = { of: (address: string) => ({ country: address === '81.2.69.1' ? 'DE' : 'FR' }) };
const none: GeoSettings = { headers: new Map() };

describe('the geo of a context', () => {
  const headers = settingsOf('country=CF-IPCountry, city=x-city');

  it('is what was sent when the server knows none of its own', () => {
    expect(serverGeo(none, undefined)(claimed, request({}), key('flags_client'))).toBe(claimed);
  });

  it('of a client key is that of the headers of a trusted proxy, whole', () => {
    const geoOf = serverGeo(headers, database);
    const { geo } = geoOf(claimed, request({ 'cf-ipcountry': 'JP' }), key('flags_client'));

    expect(geo).toEqual({ country: 'JP' });
  });

  it.each([
    ['sends none', request({ 'x-city': ' ' }), { country: 'DE' }],
    ['is not trusted', request({ 'cf-ipcountry': 'JP' }, false), { country: 'DE' }],
  ])('is that of the database when the proxy %s', (_what, from, geo) => {
    expect(serverGeo(headers, database)(claimed, from, key('flags_client')).geo).toEqual(geo);
  });

  it('of a client key is never what the client claims, when headers or a database are set', () => {
    expect(serverGeo(headers, undefined)(claimed, request({}), key('flags_client')).geo).toEqual({});
    expect(serverGeo(none, database)(claimed, request({}), key('flags_client')).geo).toEqual({ country: 'DE' });
  });

  it('of a server key is what was sent', () => {
    const sent = serverGeo(headers, database)(claimed, request({ 'cf-ipcountry': 'JP' }), key('flags_server'));

    expect(sent).toBe(claimed);
  });

  it('is read as UTF-8', () => {
    const city = Buffer.from('Köln').toString('latin1');

    expect(serverGeo(headers, undefined)({}, request({ 'x-city': city }), key('flags_client')).geo).toEqual({
      city: 'Köln',
    });
  });
});
