import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const url = (protocol: RegExp): z.ZodOptional<z.ZodURL> => z.url({ protocol }).optional();

const shape = {
  LOOM_POSTGRES_URL: url(/^postgres(ql)?$/),
  LOOM_NATS_URL: url(/^(nats|tls)$/),
  LOOM_NATS_SUBSCRIBER_URL: url(/^(nats|tls)$/),
  LOOM_REDIS_URL: url(/^rediss?$/),
  LOOM_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  LOOM_DATA_DIR: z.string().min(1).default('.loom'),
  LOOM_ADMIN_EMAIL: z.email().default('admin@loom.localhost'),
  LOOM_ADMIN_PASSWORD: z.string().min(12).optional(),
  LOOM_START_WATCH: z.stringbool().default(false),
};
const names = Object.keys(shape);
const schema = z.object(shape).transform((env) => ({
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
 * Reads the settings of `npm start` from the environment; blank variables count as absent, and `NAME_FILE` names a file with the value
 * of `NAME`, as in every service.
 *
 * @throws Error that lists every mistake, one a line
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const result = schema.safeParse(Object.fromEntries(names.map((name) => [name, valueOf(env, name)])));
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`]?.trim();
  const value = file === undefined || file === '' ? env[name]?.trim() : contentOf(name, file);
  return value === '' ? undefined : value;
}

function contentOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`${name}_FILE: ${file} cannot be read`, { cause: error });
  }
}
