import type { Platform } from '#libs/testing';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}
export type Headed = Readonly<Record<string, string>>;

/** One call of the HTTP API; never throws on a status. Gives up after 15 s. */
export async function call<T = Record<string, unknown>>(
  method: string,
  url: string,
  body?: unknown,
  headers: Headed = {},
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as T };
}

/** The API as a signed-in person, with paths below one organization. */
export class Person {
  constructor(
    readonly baseUrl: string,
    readonly accessToken: string,
    readonly org: string = '',
  ) {}

  static async signIn({ baseUrl, admin }: Pick<Platform, 'baseUrl' | 'admin'>): Promise<Person> {
    const { status, body } = await call<{ access_token: string }>('POST', `${baseUrl}/api/auth/login`, admin, {
      'x-client-type': 'native',
    });
    if (status !== 200) throw new Error(`Sign-in: ${status} ${JSON.stringify(body)}`);
    return new Person(baseUrl, body.access_token);
  }

  /** The same person, working in an organization. */
  in(org: string): Person {
    return new Person(this.baseUrl, this.accessToken, org);
  }

  /** `path` is below `/api/orgs/{org}`, or absolute when it begins with `/api` or the person is in no organization. */
  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Headed = {},
  ): Promise<Answer<T>> {
    const absolute = path.startsWith('/api') ? path : `/api/orgs/${this.org}${path}`;
    return call<T>(method, this.baseUrl + absolute, body, { authorization: `Bearer ${this.accessToken}`, ...headers });
  }

  /** Like `ask`, but anything but a success is thrown with what the server said. */
  async must<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Headed = {},
  ): Promise<T> {
    const answer = await this.ask<T>(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

export interface Workplace {
  readonly person: Person;
  readonly orgId: string;
  readonly slug: string;
  readonly keys: { readonly dev: EnvironmentKeys; readonly prod: EnvironmentKeys };
}
export interface EnvironmentKeys {
  readonly server: string;
  readonly client: string;
}

/** A fresh organization with flags keys for `dev` and `prod`. */
export async function newWorkplace(platform: Pick<Platform, 'baseUrl' | 'admin'>, name: string): Promise<Workplace> {
  const admin = await Person.signIn(platform);
  const org = await admin.must<{ id: string; slug: string }>('POST', '/api/orgs', { name });
  const person = admin.in(org.id);
  const key = async (environment: string, key_type: string): Promise<string> => {
    const path = `/environments/${environment}/sdk-keys`;
    return (await person.must<{ key: string }>('POST', path, { name: `${environment} ${key_type}`, key_type })).key;
  };
  const keysOf = async (environment: string): Promise<EnvironmentKeys> => ({
    server: await key(environment, 'server'),
    client: await key(environment, 'client'),
  });
  return { person, orgId: org.id, slug: org.slug, keys: { dev: await keysOf('dev'), prod: await keysOf('prod') } };
}

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/** Polls until the answer is truthy. @throws after `timeoutMs` with the last one */
export async function until<T>(probe: () => Promise<T> | T, timeoutMs = 10_000, stepMs = 20): Promise<Truthy<T>> {
  for (const end = Date.now() + timeoutMs; ;) {
    const value = await probe();
    if (value) return value as Truthy<T>;
    if (Date.now() > end) throw new Error(`Not within ${timeoutMs} ms; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}
