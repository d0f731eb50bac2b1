import { join } from 'node:path';
import { z } from 'zod';
import { withoutBlanks } from '#libs/service';
import { readJson } from './private-file.js';
import { readSettings, type Settings } from './settings.js';

const secrets = z.object({ postgres: z.string(), nats: z.string(), redis: z.string(), role: z.string() });
const ports = z.object({ postgres: z.number(), nats: z.number(), redis: z.number() });

/**
 * The environment of the platform that `npm start` runs in this folder, or that the LOOM_* settings name: for tools that work
 * beside it. Reads only.
 *
 * @throws Error when there is none
 */
export async function knownEnvironment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const settings = readSettings(env);
  const { dataDir, postgresUrl, natsUrl, redisUrl } = settings;
  if (isElsewhere(settings, env)) return env;
  const known = secrets.safeParse(await readJson(join(dataDir, 'secrets.json')));
  const at = ports.safeParse(await readJson(join(dataDir, 'ports.json')));
  if (!known.success || !at.success) throw notStarted(settings);
  const { data: secret } = known;
  const { data: port } = at;
  return {
    ...env,
    LOOM_POSTGRES_URL: postgresUrl ?? `postgres://loom:${secret.postgres}@127.0.0.1:${port.postgres}/loom`,
    LOOM_NATS_URL: natsUrl ?? `nats://loom:${secret.nats}@127.0.0.1:${port.nats}`,
    LOOM_REDIS_URL: redisUrl ?? `redis://:${secret.redis}@127.0.0.1:${port.redis}`,
    LOOM_ROLE_SECRET: withoutBlanks(env)['LOOM_ROLE_SECRET'] ?? secret.role,
  };
}

/** True when the settings name every server of a platform, so that the data folder is not needed. */
export function isElsewhere({ postgresUrl, redisUrl }: Settings, env: NodeJS.ProcessEnv): boolean {
  return postgresUrl !== undefined && redisUrl !== undefined && roleSecretIsGiven(env);
}

function roleSecretIsGiven(env: NodeJS.ProcessEnv): boolean {
  const { LOOM_ROLE_SECRET: secret, LOOM_ROLE_SECRET_FILE: file } = withoutBlanks(env);
  return (secret ?? file) !== undefined;
}

export function notStarted({ dataDir }: Settings): Error {
  const needed = 'LOOM_POSTGRES_URL, LOOM_REDIS_URL and LOOM_ROLE_SECRET';
  return new Error(`No platform was started in ${dataDir} (LOOM_DATA_DIR). Set ${needed} for one that runs elsewhere.`);
}
