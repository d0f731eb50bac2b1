import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, bearer, call, CallFailure, signIn } from '#libs/local-servers';
import { z } from 'zod';
import type { Credentials } from './credentials.js';

/** The platform to seed: the part of the credentials that is known before. */
export type SeedTarget = Pick<Credentials, 'base_url' | 'admin' | 'nats'>;

const orgSchema = z.object({ id: z.string(), slug: z.string() });
const orgsSchema = z.union([z.array(orgSchema), z.object({ data: z.array(orgSchema) }).transform(({ data }) => data)]);
const keySchema = z.object({ key: z.string() });
const seedWithinMs = 30_000;

/**
 * The demo organization and its keys: those of an earlier start while they work, else new ones. A crash between creating
 * the organization and writing its keys to the file loses the keys; the next start creates new ones.
 *
 * @throws CallFailure when the platform refuses for 30 seconds
 */
export async function seedDemo(target: SeedTarget, noted: Credentials | undefined): Promise<Credentials> {
  const api = await patiently(() => signIn(target.base_url, target.admin));
  const org = await patiently(() => demoOrg(api, noted?.org.id));
  if (noted !== undefined && noted.org.id === org.id && (await areKnown(target.base_url, noted))) {
    return { ...target, org, keys: noted.keys };
  }
  return { ...target, org, keys: await makeKeys(api, `/api/orgs/${org.id}`) };
}

async function demoOrg(api: ApiClient, notedId: string | undefined): Promise<z.output<typeof orgSchema>> {
  const orgs = orgsSchema.parse(await api.must('GET', '/api/orgs'));
  const existing = orgs.find(({ id }) => id === notedId) ?? orgs.find(({ slug }) => slug === 'demo');
  return existing ?? orgSchema.parse(await api.must('POST', '/api/orgs', { name: 'Demo', slug: 'demo' }));
}

async function areKnown(baseUrl: string, { keys: { flags } }: Credentials): Promise<boolean> {
  const all = [flags.dev.server, flags.dev.client, flags.prod.server, flags.prod.client];
  const known = await Promise.all(all.map((key) => patiently(() => isKnownKey(baseUrl, key))));
  return known.every(Boolean);
}

/** True when the evaluation API accepts this SDK key. */
async function isKnownKey(baseUrl: string, key: string): Promise<boolean> {
  const context = { targetingKey: 'start' };
  const { status } = await call('POST', `${baseUrl}/ofrep/v1/evaluate/flags`, { context }, bearer(key));
  return status !== 401 && status !== 403;
}

async function makeKeys(api: ApiClient, org: string): Promise<Credentials['keys']> {
  const make = async (path: string, name: string, key_type: string): Promise<string> =>
    keySchema.parse(await patiently(() => api.must('POST', org + path, { name, key_type }))).key;
  const flags = async (env: string): Promise<{ server: string; client: string }> => ({
    server: await make(`/environments/${env}/sdk-keys`, `Demo ${env} server`, 'server'),
    client: await make(`/environments/${env}/sdk-keys`, `Demo ${env} client`, 'client'),
  });
  return {
    flags: { dev: await flags('dev'), prod: await flags('prod') },
    analytics: {
      write: await make('/analytics/keys', 'Demo intake', 'write'),
      rw: await make('/analytics/keys', 'Demo analytics', 'rw'),
    },
  };
}

/** Retries: facts carry a new organization to the other services, which takes a moment. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + seedWithinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof CallFailure)) return false;
  return error.status === 0 || error.status === 404 || error.status === 429 || error.status >= 500;
}
