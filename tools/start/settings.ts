import { resolve } from 'node:path';
import { z } from 'zod';

const url = (protocol: RegExp): z.ZodOptional<z.ZodURL> => z.url({ protocol }).optional();

const schema = z
  .object({
    LOOM_POSTGRES_URL: url(/^postgres(ql)?$/),
    LOOM_NATS_URL: url(/^(nats|tls)$/),
    LOOM_NATS_SUBSCRIBER_URL: url(/^(nats|tls)$/),
    LOOM_REDIS_URL: url(/^rediss?$/),
    LOOM_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
    LOOM_DATA_DIR: z.string().min(1).default('.loom'),
    LOOM_ADMIN_EMAIL: z.email().default('admin@loom.localhost'),
    LOOM_ADMIN_PASSWORD: z.string().min(12).optional(),
    LOOM_START_WATCH: z.stringbool().default(false),
  })
  .transform((env) => ({
    postgresUrl: env.LOOM_POSTGRES_URL,
    natsUrl: env.LOOM_NATS_URL,
    natsSubscriberUrl: env.LOOM_NATS_SUBSCRIBER_URL,
    redisUrl: env.LOOM_REDIS_URL,
    httpPort: env.LOOM_HTTP_PORT,
    baseUrl: `http://localhost:${env.LOOM_HTTP_PORT}`,
    dataDir: resolve(env.LOOM_DATA_DIR),
    adminEmail: env.LOOM_ADMIN_EMAIL,
    adminPassword: env.LOOM_ADMIN_PASSWORD,
    watch: env.LOOM_START_WATCH,
  }));

/** The settings of `npm start`. Servers without a URL are started privately, with data under `dataDir`. */
export type Settings = z.output<typeof schema>;

/**
 * Reads the settings of `npm start` from the environment; empty variables count as absent.
 *
 * @throws Error that lists every mistake, one a line
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}
