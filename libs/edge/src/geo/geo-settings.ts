import { z } from 'zod';
import { defineSettings, type Token } from '#libs/service';

const GEO_FIELDS = ['country', 'region', 'city'] as const;
export type GeoField = (typeof GEO_FIELDS)[number];

export interface GeoSettings {
  /** The request header of each field, in lower case. Empty: none. */
  readonly headers: ReadonlyMap<GeoField, string>;
  /** Path of a MaxMind file. */
  readonly database?: string;
}
export const GEO_SETTINGS: Token<GeoSettings> = 'GeoSettings';

const HEADER = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Read by evaluation, and by the gateway, which drops these headers unless a trusted proxy has set them. */
export const geoSettings = defineSettings(
  GEO_SETTINGS,
  {
    LOOM_GEO_HEADERS: z
      .string()
      .optional()
      .refine((text) => text === undefined || parseHeaders(text) !== undefined, 'country=<header>,region=…,city=…')
      .describe(
        'Headers in which a trusted proxy sends the place of a client: `country=cf-ipcountry,region=…,city=…`; needs `LOOM_TRUST_PROXY`',
      ),
    LOOM_GEO_DATABASE: z
      .string()
      .optional()
      .describe(
        'A MaxMind file (City or Country) for places by client address: ISO codes of country and region, English name of the city',
      ),
  },
  (env): GeoSettings => ({
    headers: parseHeaders(env.LOOM_GEO_HEADERS ?? '') ?? new Map(),
    ...(env.LOOM_GEO_DATABASE === undefined ? {} : { database: env.LOOM_GEO_DATABASE }),
  }),
);

function parseHeaders(text: string): ReadonlyMap<GeoField, string> | undefined {
  const headers = new Map<GeoField, string>();
  if (text.trim() === '') return headers;
  for (const part of text.split(',')) {
    const [name = '', header = '', ...rest] = part.split('=').map((side) => side.trim().toLowerCase());
    const field = GEO_FIELDS.find((known) => known === name);
    if (field === undefined || headers.has(field) || rest.length > 0 || !HEADER.test(header)) return undefined;
    headers.set(field, header);
  }
  return headers;
}
