import { z } from 'zod';
import { defineSettings, duration, type Token } from '#libs/service';

export interface GatewaySettings {
  readonly token: { readonly issuer: string; readonly audience: string };
  readonly cookie: { readonly plainHttp: boolean; readonly maxAgeS: number };
  /** The URL of this platform for people, without a trailing slash. Default: the scheme and host of each request. */
  readonly publicUrl?: string;
  /** The services that requests of SDKs are forwarded to. Absent: an ingress, or this process, answers them. */
  readonly upstreams: { readonly evaluation?: string; readonly streaming?: string; readonly capture?: string };
  readonly limits: LimitSettings;
  /** Streams of live events that may be open in this process. */
  readonly live: { readonly perPerson: number; readonly perOrganization: number };
}

/** Requests per minute. 0: no limit. */
export interface LimitSettings {
  /** A token bucket: `burst` requests at once, refilled by `perSecond`. */
  readonly person: { readonly burst: number; readonly perSecond: number };
  readonly creates: number;
  readonly anonymous: number;
  /** Of all signed-in people together, and of all others together. */
  readonly allRequests: number;
  /** Gateways that share the limits; each takes its part while Redis is away. */
  readonly instances: number;
}

export const GATEWAY_SETTINGS: Token<GatewaySettings> = 'GatewaySettings';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const publicUrl = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/+$/, ''))
  .optional();
const limit = z.coerce.number().int().min(0).max(100_000_000);
const places = z.coerce.number().int().min(1).max(1_000_000);
const upstream = z.url({ protocol: /^https?$/ }).optional();

export const gatewaySettings = defineSettings(
  GATEWAY_SETTINGS,
  {
    LOOM_TOKEN_ISSUER: z.string().min(1).default('loom').describe('`iss` of access tokens'),
    LOOM_TOKEN_AUDIENCE: z.string().min(1).default('loom').describe('`aud` of access tokens'),
    LOOM_REFRESH_TTL_WEB: duration.prefault('7d').describe('How long browsers keep the cookie with the refresh token'),
    LOOM_PLAIN_HTTP_COOKIES: flag.prefault('false').describe('Cookies without Secure, for a LAN without TLS'),
    LOOM_PUBLIC_URL: publicUrl.describe(
      'The URL of this platform for people, used in links. Default: the scheme and host of the request',
    ),
    LOOM_LIMIT_PERSON: limit.default(600).describe('Requests that a person may make at once; 0: no limit'),
    LOOM_LIMIT_PERSON_PER_SECOND: limit.min(1).default(30).describe('Further requests of a person per second'),
    LOOM_LIMIT_CREATES: limit.default(600).describe('Objects that a person may create per minute; 0: no limit'),
    LOOM_LIMIT_ANONYMOUS: limit
      .default(100)
      .describe('Requests without sign-in per minute and network (IPv4 address, or /64 of IPv6); 0: no limit'),
    LOOM_LIMIT_GATEWAY: limit
      .default(60_000)
      .describe('Requests of all signed-in people together per minute, and as many of all others; 0: no limit'),
    LOOM_LIMIT_INSTANCES: limit
      .min(1)
      .default(1)
      .describe('Gateways that share the limits; each takes its part while Redis is away'),
    LOOM_LIVE_MAX_PER_PERSON: places
      .default(5)
      .describe('Streams of live events that a person keeps open, per gateway'),
    LOOM_LIVE_MAX_PER_ORGANIZATION: places
      .default(20)
      .describe('Streams of live events that the people of an organization keep open, per gateway'),
    LOOM_EVALUATION_URL: upstream.describe('Base URL of evaluation, for installations without an ingress'),
    LOOM_STREAMING_URL: upstream.describe('Base URL of streaming, for installations without an ingress'),
    LOOM_CAPTURE_URL: upstream.describe('Base URL of capture, for installations without an ingress'),
  },
  (env): GatewaySettings => ({
    token: { issuer: env.LOOM_TOKEN_ISSUER, audience: env.LOOM_TOKEN_AUDIENCE },
    cookie: { plainHttp: env.LOOM_PLAIN_HTTP_COOKIES, maxAgeS: env.LOOM_REFRESH_TTL_WEB / 1_000 },
    publicUrl: env.LOOM_PUBLIC_URL,
    upstreams: {
      evaluation: env.LOOM_EVALUATION_URL,
      streaming: env.LOOM_STREAMING_URL,
      capture: env.LOOM_CAPTURE_URL,
    },
    live: { perPerson: env.LOOM_LIVE_MAX_PER_PERSON, perOrganization: env.LOOM_LIVE_MAX_PER_ORGANIZATION },
    limits: {
      person: { burst: env.LOOM_LIMIT_PERSON, perSecond: env.LOOM_LIMIT_PERSON_PER_SECOND },
      creates: env.LOOM_LIMIT_CREATES,
      anonymous: env.LOOM_LIMIT_ANONYMOUS,
      allRequests: env.LOOM_LIMIT_GATEWAY,
      instances: env.LOOM_LIMIT_INSTANCES,
    },
  }),
);
