import { ApiClient, signIn, type Answer, type HeaderFields } from '#libs/local-servers';
import type { Platform } from '../platform/platform.js';

/** The API as a signed-in person, with paths below one organization. */
export class Person {
  readonly #client: ApiClient;

  constructor(
    readonly baseUrl: string,
    readonly accessToken: string,
    readonly org: string = '',
  ) {
    this.#client = new ApiClient(baseUrl, accessToken);
  }

  static async signIn({ baseUrl, admin }: Pick<Platform, 'baseUrl' | 'admin'>): Promise<Person> {
    return new Person(baseUrl, (await signIn(baseUrl, admin)).token);
  }

  /** The same person, working in an organization. */
  in(org: string): Person {
    return new Person(this.baseUrl, this.accessToken, org);
  }

  /** Resolves with any status. `path` is below `/api/orgs/{org}`, or absolute when it begins with `/api`. */
  ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: HeaderFields = {},
  ): Promise<Answer<T>> {
    return this.#client.ask<T>(method, this.#absolute(path), body, headers);
  }

  /** Like `ask`, but returns the body. @throws CallFailure with the server's answer when it is not a success */
  must<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: HeaderFields = {},
  ): Promise<T> {
    return this.#client.must<T>(method, this.#absolute(path), body, headers);
  }

  #absolute(path: string): string {
    return path.startsWith('/api') ? path : `/api/orgs/${this.org}${path}`;
  }
}
