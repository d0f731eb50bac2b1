import { type ApiClient, CallFailure, signIn } from '#libs/local-servers';
import { z } from 'zod';
import type { Credentials } from './credentials.js';
import { KEY_SLOTS, liveKeys, NO_KEYS } from './demo-keys.js';
import { patiently } from './patiently.js';

/** The platform to seed: the part of the credentials that is known before. */
export interface SeedTarget {
  readonly base_url: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly nats: Credentials['nats'];
}

/** `notes`: what a person changed since an earlier start, one sentence each. */
export interface Seeded {
  readonly credentials: Credentials;
  readonly notes: readonly string[];
}

const orgSchema = z.object({ id: z.string(), slug: z.string() });
const orgsSchema = z.union([z.array(orgSchema), z.object({ data: z.array(orgSchema) }).transform(({ data }) => data)]);
const keySchema = z.object({ key: z.string() });

/**
 * The demo organization and its keys. What an earlier start made and noted is kept while it works; only a key that was revoked or has
 * expired is replaced. `save` receives the credentials after each key, so that a crash loses at most one.
 *
 * @throws CallFailure when the platform refuses for 30 seconds; Error when the admin's password is not known and nothing was noted
 */
export async function seedDemo(
  target: SeedTarget,
  noted: Credentials | undefined,
  save: (credentials: Credentials) => Promise<void>,
): Promise<Seeded> {
  const api = await patiently(() => signedIn(target));
  if (api === undefined) return withoutAdmin(target, noted);
  const org = await patiently(() => demoOrg(api, noted?.org.id));
  const known = noted?.org.id === org.id ? noted.keys : NO_KEYS;
  const notes: string[] = [];
  let credentials: Credentials = { ...target, org, keys: await liveKeys(target.base_url, known) };
  for (const slot of KEY_SLOTS) {
    if (slot.in(credentials.keys) !== null) continue;
    if (slot.in(known) !== null) notes.push(`The key "${slot.name}" was revoked or has expired; a new one was made.`);
    const path = `/api/orgs/${org.id}${slot.path}`;
    const body = { name: slot.name, key_type: slot.type };
    const { key } = keySchema.parse(await patiently(() => api.must('POST', path, body)));
    credentials = { ...credentials, keys: slot.with(credentials.keys, key) };
    await save(credentials);
  }
  return { credentials, notes };
}

/** `undefined` when the platform refuses the password: a person changed it. */
async function signedIn({ base_url, admin }: SeedTarget): Promise<ApiClient | undefined> {
  try {
    return await signIn(base_url, admin);
  } catch (error) {
    if (error instanceof CallFailure && error.status === 401) return undefined;
    throw error;
  }
}

/** The noted credentials without those that no longer work. */
async function withoutAdmin({ base_url, admin, nats }: SeedTarget, noted: Credentials | undefined): Promise<Seeded> {
  if (noted === undefined)
    throw new Error(
      `${admin.email} has another password than the one known here. LOOM_ADMIN_PASSWORD counts at the first start alone; ` +
        'later it must be the password in force.',
    );
  const keys = await liveKeys(base_url, noted.keys);
  const dead = KEY_SLOTS.filter((slot) => slot.in(noted.keys) !== null && slot.in(keys) === null);
  const notes = [
    `The password of ${admin.email} was changed; the one that was made at the first start is no longer valid.`,
    ...dead.map(({ name }) => `The key "${name}" was revoked or has expired; create another one in the organization.`),
  ];
  return { credentials: { ...noted, base_url, nats, admin: { email: admin.email, password: null }, keys }, notes };
}

async function demoOrg(api: ApiClient, notedId: string | undefined): Promise<z.output<typeof orgSchema>> {
  const orgs = orgsSchema.parse(await api.must('GET', '/api/orgs'));
  const existing = orgs.find(({ id }) => id === notedId) ?? orgs.find(({ slug }) => slug === 'demo');
  return existing ?? orgSchema.parse(await api.must('POST', '/api/orgs', { name: 'Demo', slug: 'demo' }));
}
