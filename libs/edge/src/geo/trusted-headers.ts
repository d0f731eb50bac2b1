import type { FastifyRequest } from 'fastify';
import type { GeoField, GeoSettings } from './geo-settings.js';

/** Whether a proxy that is trusted (`LOOM_TRUST_PROXY`) has sent the request: Fastify then believes the addresses before it. */
function isFromTrustedProxy({ ips }: FastifyRequest): boolean {
  return ips !== undefined && ips.length > 1;
}

/** The values of the geo headers, when a trusted proxy has sent them. Default: none. */
export function geoHeadersOf(request: FastifyRequest, { headers }: GeoSettings): Partial<Record<GeoField, string>> {
  const places: Partial<Record<GeoField, string>> = {};
  if (headers.size === 0 || !isFromTrustedProxy(request)) return places;
  for (const [field, header] of headers) {
    const place = request.headers[header];
    if (typeof place === 'string' && place.trim() !== '') places[field] = decoded(place.trim());
  }
  return places;
}

/** The geo headers that must not be forwarded: a client has sent them. */
export function forgedGeoHeaders(request: FastifyRequest, { headers }: GeoSettings): readonly string[] {
  return isFromTrustedProxy(request) ? [] : [...headers.values()];
}

/** Proxies send UTF-8, which Node reads byte by byte. */
function decoded(value: string): string {
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? value : text;
}
