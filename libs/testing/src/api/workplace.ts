import type { Platform } from '../platform/platform.js';
import { Person } from './person.js';

/** An organization of a test, its admin signed in, and API keys for its environments. */
export interface Workplace {
  readonly person: Person;
  readonly orgId: string;
  readonly slug: string;
  readonly keys: { readonly dev: EnvironmentKeys; readonly prod: EnvironmentKeys };
}
interface EnvironmentKeys {
  readonly server: string;
  readonly client: string;
}

/** Creates an organization with flags keys for `dev` and `prod`. */
export async function newWorkplace(platform: Pick<Platform, 'baseUrl' | 'admin'>, name: string): Promise<Workplace> {
  const admin = await Person.signIn(platform);
  const org = await admin.must<{ id: string; slug: string }>('POST', '/api/orgs', { name });
  const person = admin.in(org.id);
  const keys = { dev: await createKeys(person, 'dev'), prod: await createKeys(person, 'prod') };
  return { person, orgId: org.id, slug: org.slug, keys };
}

async function createKeys(person: Person, environment: string): Promise<EnvironmentKeys> {
  const create = async (key_type: string): Promise<string> => {
    const path = `/environments/${environment}/sdk-keys`;
    return (await person.must<{ key: string }>('POST', path, { name: `${environment} ${key_type}`, key_type })).key;
  };
  return { server: await create('server'), client: await create('client') };
}
