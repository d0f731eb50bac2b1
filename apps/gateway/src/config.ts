import { z } from 'zod';
import { defineSettings } from '#libs/platform';

export interface GatewaySettings {
  readonly token: { readonly issuer: string; readonly audience: string };
  readonly cookie: { readonly plainHttp: boolean; readonly maxAgeS: number };
  /** Where people find this platform, without a slash at its end; absent: where a request went to. */
  readonly publicUrl?: string;
  /** Where requests of SDKs go on to; absent where an ingress stands in front, and in `standalone`. */
  readonly upstreams: { readonly evaluation?: string; readonly streaming?: string };
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
const upstream = z.url({ protocol: /^https?$/ }).optional();

export const gatewaySettings = defineSettings(
  GATEWAY_SETTINGS,
  {
    LOOM_TOKEN_ISSUER: z.string().min(1).default('loom').describe('`iss` of access tokens'),
    LOOM_TOKEN_AUDIENCE: z.string().min(1).default('loom').describe('`aud` of access tokens'),
    LOOM_REFRESH_TTL_WEB: durationS.prefault('7d').describe('How long a refresh token of a browser is good'),
    LOOM_PLAIN_HTTP_COOKIES: flag.prefault('false').describe('Cookies without Secure, for a LAN without TLS'),
    LOOM_PUBLIC_URL: publicUrl.describe('Where people find this platform, for links; else where the request went to'),
    LOOM_EVALUATION_URL: upstream.describe('Where evaluation is, when no ingress stands in front'),
    LOOM_STREAMING_URL: upstream.describe('Where streaming is, when no ingress stands in front'),
  },
  (env): GatewaySettings => ({
    token: { issuer: env.LOOM_TOKEN_ISSUER, audience: env.LOOM_TOKEN_AUDIENCE },
    cookie: { plainHttp: env.LOOM_PLAIN_HTTP_COOKIES, maxAgeS: env.LOOM_REFRESH_TTL_WEB },
    publicUrl: env.LOOM_PUBLIC_URL,
    upstreams: { evaluation: env.LOOM_EVALUATION_URL, streaming: env.LOOM_STREAMING_URL },
  }),
);
