import type { FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { geoHeadersOf, type GeoSettings } from '#libs/edge';
import type { EvaluationContext } from '#libs/engine';
import type { Places } from '../application/places.js';

/** Returns the context with the geo that counts. */
export type GeoOf = (context: EvaluationContext, request: FastifyRequest, record: KeyRecord) => EvaluationContext;

/** Without headers and database every geo is taken as it is sent. */
export const geoAsSent: GeoOf = (context) => context;

/**
 * The server's own geo: by headers of a trusted proxy, else by the address of the client. It replaces what client keys claim.
 * Server keys send the geo of their users: the address of the request is that of a backend.
 */
export function serverGeo(settings: GeoSettings, places: Places | undefined): GeoOf {
  if (settings.headers.size === 0 && places === undefined) return geoAsSent;
  return (context, request, record) => {
    if (record.key_type === 'flags_server') return context;
    const sent = geoHeadersOf(request, settings);
    const geo = Object.keys(sent).length > 0 ? sent : (places?.of(request.ip) ?? {});
    return { ...context, geo };
  };
}
