import { z } from 'zod';
import { Secret } from '#libs/kernel';
import type { LoggedRequests } from '#libs/http';
import { duration } from './duration.js';
import { defineSettings } from './settings.js';
import { trustProxy, type TrustProxy } from './trust-proxy.js';

/** Settings of every process. Secrets are `Secret`s: printing the settings shows `[redacted]` in their place. */
export interface PlatformSettings {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustProxy: TrustProxy;
    readonly startId?: string;
  };
  readonly dataDir: string;
  readonly snapshot: { readonly isKept: boolean; readonly instance: string | undefined };
  readonly logLevel: string;
  /** Default: by the kind of route. */
  readonly logRequests?: LoggedRequests;
  /** Port of `/metrics` and `/version`. Absent: that of HTTP. */
  readonly metricsPort?: number;
  readonly nats: { readonly url: Secret; readonly replicas: number; readonly captureMaxBytes?: number };
  /** `timeoutMs`: time after which a command counts as failed. */
  readonly redis: { readonly url: Secret; readonly timeoutMs: number };
  /** Absent in processes of services that own no data. */
  readonly postgres?: { readonly url: Secret; readonly roleSecret: Secret; readonly connectTimeoutMs: number };
  /** How long a verified API key is accepted while revocations cannot be checked, in ms. */
  readonly keys: { readonly graceMs: number };
  /**
   * `forgetMs`: time after the last report until an evaluator is no longer counted. `cacheBytes`: memory for organizations'
   * rulesets.
   */
  readonly evaluators: { readonly forgetMs: number; readonly cacheBytes: number };
  /** Signs the tokens of OFREP streams. Absent: a random secret of this process. */
  readonly streamTokenSecret?: Secret;
  readonly shutdownMs: number;
  /** Streams that may be open in the process, and of these with each API key. */
  readonly streams: { readonly maxOpen: number; readonly maxPerKey: number };
  /** Requests per second, API key and process. 0: no limit. */
  readonly keyLimits: { readonly evaluation: number; readonly streams: number; readonly capture: number };
}

export const PLATFORM_SETTINGS = 'PlatformSettings';
const timeoutMs = z.coerce.number().int().min(20).max(60_000);
const perSecond = z.coerce.number().int().min(0).max(1_000_000).default(0);
const places = z.coerce.number().int().min(1).max(1_000_000);
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const platformSettings = defineSettings(
  PLATFORM_SETTINGS,
  {
    LOOM_HTTP_HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 in a container'),
    LOOM_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Port to listen on'),
    LOOM_TRUST_PROXY: trustProxy
      .prefault('0')
      .describe(
        'Proxies in front of this process, whose X-Forwarded-For is believed: their number, or their addresses and networks, joined by commas (also `loopback`, `linklocal`, `uniquelocal`)',
      ),
    LOOM_DATA_DIR: z.string().default('.loom').describe('Folder for local state'),
    LOOM_SNAPSHOT: z
      .enum(['true', 'false'])
      .default('true')
      .describe('Whether evaluators keep a snapshot file, from which they start while everything else is down'),
    LOOM_INSTANCE: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional()
      .describe('Name of this process, when several processes of one service share `LOOM_DATA_DIR`'),
    LOOM_START_ID: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional()
      .describe('Repeated by `/livez`, so that the program that started this process recognizes it'),
    LOOM_LOG_LEVEL: z.enum(LEVELS).default('info').describe('Least severe level that is logged'),
    LOOM_LOG_REQUESTS: z
      .enum(['all', 'errors', 'off'])
      .optional()
      .describe(
        'Requests that are logged when they end; `errors`: those with a 5xx status. Without it `errors` on evaluation, capture and streams, `all` elsewhere',
      ),
    LOOM_METRICS_PORT: z.coerce
      .number()
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe('Port of `/metrics` and `/version`, for the operator alone. Without it they are on `LOOM_HTTP_PORT`'),
    LOOM_NATS_URL: z.string().default('nats://127.0.0.1:4222').describe('NATS servers, joined by commas'),
    LOOM_NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1).describe('Copies of each stream'),
    LOOM_CAPTURE_MAX_BYTES: z.coerce
      .number()
      .int()
      .min(65_536)
      .optional()
      .describe(
        'Size of the stream of events that wait to be stored; read by `prepare`. Without it 8 GiB, or less when the disk of NATS is smaller',
      ),
    LOOM_REDIS_URL: z.string().default('redis://127.0.0.1:6379').describe('Redis'),
    LOOM_REDIS_TIMEOUT_MS: timeoutMs
      .default(200)
      .describe('Time after which a command of Redis counts as failed, and the process goes on without its answer'),
    LOOM_POSTGRES_URL: z.url().optional().describe('Postgres, as an administrator; only `prepare` logs in with it'),
    LOOM_POSTGRES_CONNECT_TIMEOUT_MS: timeoutMs
      .default(1_000)
      .describe('Time in which Postgres must begin a transaction; after it, it counts as away'),
    LOOM_ROLE_SECRET: z.string().min(16).optional().describe('The passwords of the roles are derived from it'),
    LOOM_AUTH_GRACE: duration
      .prefault('10m')
      .describe('How long a verified API key is accepted while revocations cannot be checked'),
    LOOM_RULESET_CACHE_BYTES: z.coerce
      .number()
      .int()
      .min(65_536)
      .default(512 * 1024 * 1024)
      .describe('Memory for documents of rulesets; beyond it the least recently used organizations are evicted'),
    LOOM_EVALUATOR_FORGET: duration
      .prefault('10m')
      .describe(
        'Time after its last report until an evaluator is no longer counted; the same for gateways and evaluators',
      ),
    LOOM_STREAM_TOKEN_SECRET: z
      .string()
      .min(16)
      .optional()
      .describe('Signs the tokens of OFREP streams: the same for every evaluation and streaming process'),
    LOOM_SHUTDOWN_MS: z.coerce.number().int().min(0).max(60_000).default(20_000).describe('Longest graceful stop'),
    LOOM_STREAM_MAX_OPEN: places
      .default(10_000)
      .describe('Streams that a process keeps open; fewer when it may open few files (`ulimit -n`)'),
    LOOM_STREAM_MAX_PER_KEY: places.default(10_000).describe('Streams that a process keeps open with one API key'),
    LOOM_LIMIT_EVALUATION: perSecond.describe('Evaluations per second, key and process; 0: no limit'),
    LOOM_LIMIT_STREAMS: perSecond.describe('Streams opened per second, key and process; 0: no limit'),
    LOOM_LIMIT_CAPTURE: perSecond.describe('Requests with events per second, key and process; 0: no limit'),
  },
  (env): PlatformSettings => ({
    http: {
      host: env.LOOM_HTTP_HOST,
      port: env.LOOM_HTTP_PORT,
      trustProxy: env.LOOM_TRUST_PROXY,
      startId: env.LOOM_START_ID,
    },
    dataDir: env.LOOM_DATA_DIR,
    snapshot: { isKept: env.LOOM_SNAPSHOT === 'true', instance: env.LOOM_INSTANCE },
    logLevel: env.LOOM_LOG_LEVEL,
    logRequests: env.LOOM_LOG_REQUESTS,
    metricsPort: env.LOOM_METRICS_PORT,
    nats: {
      url: new Secret(env.LOOM_NATS_URL),
      replicas: env.LOOM_NATS_REPLICAS,
      captureMaxBytes: env.LOOM_CAPTURE_MAX_BYTES,
    },
    redis: { url: new Secret(env.LOOM_REDIS_URL), timeoutMs: env.LOOM_REDIS_TIMEOUT_MS },
    postgres: parsePostgres(env.LOOM_POSTGRES_URL, env.LOOM_ROLE_SECRET, env.LOOM_POSTGRES_CONNECT_TIMEOUT_MS),
    keys: { graceMs: env.LOOM_AUTH_GRACE },
    evaluators: { forgetMs: env.LOOM_EVALUATOR_FORGET, cacheBytes: env.LOOM_RULESET_CACHE_BYTES },
    ...(env.LOOM_STREAM_TOKEN_SECRET && { streamTokenSecret: new Secret(env.LOOM_STREAM_TOKEN_SECRET) }),
    shutdownMs: env.LOOM_SHUTDOWN_MS,
    streams: { maxOpen: env.LOOM_STREAM_MAX_OPEN, maxPerKey: env.LOOM_STREAM_MAX_PER_KEY },
    keyLimits: {
      evaluation: env.LOOM_LIMIT_EVALUATION,
      streams: env.LOOM_LIMIT_STREAMS,
      capture: env.LOOM_LIMIT_CAPTURE,
    },
  }),
);

function parsePostgres(
  url: string | undefined,
  roleSecret: string | undefined,
  connectTimeoutMs: number,
): PlatformSettings['postgres'] {
  if (url === undefined || roleSecret === undefined) return undefined;
  return { url: new Secret(url), roleSecret: new Secret(roleSecret), connectTimeoutMs };
}
