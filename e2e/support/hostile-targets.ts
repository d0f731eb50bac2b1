import { call } from '#libs/local-servers';
import { joinOrganization, newWorkplace, Person, type Platform, type Route } from '#libs/testing';
import { pathOf, runningRoutes, takesBody } from './routes.js';

type Fields = Readonly<Record<string, unknown>>;
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, { readonly example?: unknown }>>;
  readonly required?: readonly string[];
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Operation {
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: Fields }>>;
  };
}

/** What hostile bodies are sent to: the routes with a body, objects that their paths name, and all kinds of callers. */
export interface HostileTargets {
  /** Those without fields last: they archive and delete what the others edit. */
  readonly routes: readonly Route[];
  readonly callers: ReadonlyMap<string, string | undefined>;
  /** The credential of a caller that the route admits; absent for a public route. */
  admitted(route: Route): string | undefined;
  /** The code with which a route refuses even a caller with the best credential. */
  refusalOf(route: Route): string | undefined;
  pathOf(route: Route): string;
  /** The fields of the route's body, and a body that the route takes. */
  bodyOf(route: Route): { readonly sample: Fields; readonly fields: readonly string[] };
}

const KEY = 'hostile';
const PASSWORD = 'a long enough password';

export async function hostileTargets(platform: Platform): Promise<HostileTargets> {
  const work = await newWorkplace(platform, 'Hostile');
  const ids = { org: await objectsOf(work.person, ''), platform: await objectsOf(work.person, '/api/admin') };
  const callers = await callersOf(work);
  const document = (await call<OpenApi>('GET', `${platform.baseUrl}/api/openapi.json`)).body;
  const bodyOf = (route: Route) => bodyIn(document, route);
  const routes = (await runningRoutes(platform)).filter(takesBody);
  return {
    routes: routes.toSorted((a, b) => Number(bodyOf(a).fields.length === 0) - Number(bodyOf(b).fields.length === 0)),
    callers,
    bodyOf,
    admitted: ({ access }) => {
      if (access.kind === 'keys') return callers.get(access.types.at(-1)!);
      return access.kind === 'public' ? undefined : callers.get('super admin');
    },
    refusalOf: ({ access }) => (access.kind.startsWith('custom:') ? 'unauthenticated' : undefined),
    pathOf: (route) => {
      const strategy = route.url.startsWith('/api/admin') ? ids.platform : ids.org;
      const url = route.url.replace('strategies/:id', `strategies/${strategy}`).replace(':key', KEY);
      return pathOf({ ...route, url }, work.orgId);
    },
  };
}

/** Makes a flag, a segment and a kill switch of one key, and a strategy; returns its id. */
async function objectsOf(person: Person, base: string): Promise<string> {
  const names = { key: KEY, name: KEY };
  await person.must('POST', `${base}/flags`, { ...names, type: 'boolean' });
  await person.must('POST', `${base}/segments`, names);
  await person.must('POST', `${base}/kill-switches`, { ...names, linked_flag_keys: [] });
  return (await person.must<{ id: string }>('POST', `${base}/strategies`, { name: KEY, conditions: [] })).id;
}

async function callersOf({
  person,
  keys,
}: Awaited<ReturnType<typeof newWorkplace>>): Promise<Map<string, string | undefined>> {
  const signedIn = async (role: 'admin' | 'member'): Promise<string> => {
    const email = `hostile-${role}@loom.test`;
    return (await joinOrganization(person, { email, password: PASSWORD, role })).accessToken;
  };
  const key = async (key_type: string): Promise<string> =>
    (await person.must<{ key: string }>('POST', '/analytics/keys', { name: key_type, key_type })).key;
  return new Map([
    ['stranger', undefined],
    ['super admin', person.accessToken],
    ['admin', await signedIn('admin')],
    ['member', await signedIn('member')],
    ['flags_client', keys.dev.client],
    ['flags_server', keys.dev.server],
    ['analytics_write', await key('write')],
    ['analytics_rw', await key('rw')],
  ]);
}

function bodyIn({ paths, components }: OpenApi, { method, url }: Route): ReturnType<HostileTargets['bodyOf']> {
  const path = url.replaceAll(/:([A-Za-z_]+)/g, '{$1}');
  const content = paths[path]?.[method.toLowerCase()]?.requestBody?.content['application/json'];
  const schema =
    content?.schema.$ref === undefined ? content?.schema : components.schemas[content.schema.$ref.split('/').at(-1)!];
  const { properties = {}, required = [] } = schema ?? {};
  const sample = content?.example ?? Object.fromEntries(required.map((name) => [name, properties[name]?.example]));
  return { sample, fields: [...new Set([...Object.keys(properties), ...Object.keys(sample)])] };
}
