import { z } from 'zod';
import { defineSettings } from '#libs/service';

export interface GatewaySettings {
  readonly token: { readonly issuer: string; readonly audience: string };
  readonly cookie: { readonly plainHttp: boolean; readonly maxAgeS: number };
  /** Where people find this platform, without a slash at its end; absent: where a request went to. */
  readonly publicUrl?: string;
  /** Where requests of SDKs go on to; absent where an ingress stands in front, and in `standalone`. */
  readonly upstreams: { readonly evaluation?: string; readonly streaming?: string; readonly capture?: string };
  readonly limits: LimitSettings;
}

/** Per minute, unless said; 0 for as many as come. */
export interface LimitSettings {
  readonly person: { readonly burst: number; readonly perSecond: number };
  readonly creates: number;
  readonly anonymous: number;
  readonly everybody: number;
  /** How many gateways share the limits. */
  readonly instances: number;
}

export const GATEWAY_SETTINGS = 'GatewaySettings';
const UNIT_S = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** `90s`, `15m`, `12h`, `7d`, in seconds. */
const durationS = z
  .string()
  .regex(/^[1-9][0-9]{0,5}[smhd]$/, 'is a number and s, m, h or d, like 7d')
  .transform((text) => Number(text.slice(0, -1)) * UNIT_S[text.slice(-1) as keyof typeof UNIT_S]);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const publicUrl = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/+$/, ''))
  .optional();
const limit = z.coerce.number().int().min(0).max(100_000_000);
const upstream = z.url({ protocol: /^https?$/ }).optional();

export const gatewaySettings = defineSettings(
  GATEWAY_SETTINGS,
  {
    LOOM_TOKEN_ISSUER: z.string().min(1).default('loom').describe('`iss` of access tokens'),
    LOOM_TOKEN_AUDIENCE: z.string().min(1).default('loom').describe('`aud` of access tokens'),
    LOOM_REFRESH_TTL_WEB: durationS.prefault('7d').describe('How long a refresh token of a browser is good'),
    LOOM_PLAIN_HTTP_COOKIES: flag.prefault('false').describe('Cookies without Secure, for a LAN without TLS'),
    LOOM_PUBLIC_URL: publicUrl.describe('Where people find this platform, for links; else where the request went to'),
    LOOM_LIMIT_PERSON: limit.default(100).describe('Requests that a person may make at once; 0: no limit'),
    LOOM_LIMIT_PERSON_PER_SECOND: limit.min(1).default(10).describe('Requests that a person may make after that'),
    LOOM_LIMIT_CREATES: limit.default(60).describe('Things that a person may create per minute; 0: no limit'),
    LOOM_LIMIT_ANONYMOUS: limit.default(100).describe('Requests without sign-in per minute and address; 0: no limit'),
    LOOM_LIMIT_GATEWAY: limit.default(10_000).describe('Requests of people per minute, all together; 0: no limit'),
    LOOM_LIMIT_INSTANCES: limit.min(1).default(1).describe('Gateways that share the limits while Redis is away'),
    LOOM_EVALUATION_URL: upstream.describe('Where evaluation is, when no ingress stands in front'),
    LOOM_STREAMING_URL: upstream.describe('Where streaming is, when no ingress stands in front'),
    LOOM_CAPTURE_URL: upstream.describe('Where capture is, when no ingress stands in front'),
  },
  (env): GatewaySettings => ({
    token: { issuer: env.LOOM_TOKEN_ISSUER, audience: env.LOOM_TOKEN_AUDIENCE },
    cookie: { plainHttp: env.LOOM_PLAIN_HTTP_COOKIES, maxAgeS: env.LOOM_REFRESH_TTL_WEB },
    publicUrl: env.LOOM_PUBLIC_URL,
    upstreams: {
      evaluation: env.LOOM_EVALUATION_URL,
      streaming: env.LOOM_STREAMING_URL,
      capture: env.LOOM_CAPTURE_URL,
    },
    limits: {
      person: { burst: env.LOOM_LIMIT_PERSON, perSecond: env.LOOM_LIMIT_PERSON_PER_SECOND },
      creates: env.LOOM_LIMIT_CREATES,
      anonymous: env.LOOM_LIMIT_ANONYMOUS,
      everybody: env.LOOM_LIMIT_GATEWAY,
      instances: env.LOOM_LIMIT_INSTANCES,
    },
  }),
);
