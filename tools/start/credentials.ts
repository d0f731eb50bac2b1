import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writePrivately } from './private-file.js';

/** Null for a key that was revoked and could not be replaced. */
const key = z.string().nullable();
const flagKeys = z.object({ server: key, client: key });

const schema = z.object({
  base_url: z.string(),
  /** `password` is null when a person changed it: it is not known here any more. */
  admin: z.object({ email: z.string(), password: z.string().nullable() }),
  org: z.object({ id: z.string(), slug: z.string() }),
  keys: z.object({
    flags: z.object({ dev: flagKeys, prod: flagKeys }),
    analytics: z.object({ write: key, rw: key }),
  }),
  nats: z.object({ url: z.string(), user: z.string(), password: z.string() }),
});

/** Everything a person or a program needs to use the platform that `npm start` runs. */
export type Credentials = z.output<typeof schema>;

/** The path of the credentials file of a data folder. */
export function credentialsFile(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/** The credentials of an earlier start; `undefined` when there are none or they are incomplete. */
export async function readCredentials(dataDir: string): Promise<Credentials | undefined> {
  const read = schema.safeParse(await readJson(credentialsFile(dataDir)).catch(() => undefined));
  return read.success ? read.data : undefined;
}

/** Writes credentials that only their owner may read. */
export function writeCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  return writePrivately(credentialsFile(dataDir), credentials);
}
