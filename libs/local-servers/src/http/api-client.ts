import { CallFailure, exchange, type HeaderFields, type HttpRequest } from './exchange.js';

/** `body` is the parsed JSON, `{}` for an empty answer. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The header that carries an access token or an API key. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/**
 * One JSON call, whatever the status of its answer.
 *
 * @throws CallFailure when no answer comes within 15 s, or one that is not JSON
 */
export async function call<T = Record<string, unknown>>(
  method: string,
  url: string,
  body?: unknown,
  headers: HeaderFields = {},
): Promise<Answer<T>> {
  const request =
    body === undefined
      ? { method, url, headers }
      : { method, url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const response = await exchange(request);
  const { status, text } = response;
  return { status, headers: response.headers, body: (text === '' ? {} : parsed(request, status, text)) as T };
}

/** The HTTP API at one address, called with one access token or API key. */
export class ApiClient {
  readonly baseUrl: string;
  readonly token: string;

  constructor(baseUrl: string, token: string) {
    this.baseUrl = baseUrl;
    this.token = token;
  }

  /** Resolves with the answer, whatever its status. @throws CallFailure when there is none, or one that is not JSON */
  ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: HeaderFields = {},
  ): Promise<Answer<T>> {
    return call<T>(method, this.baseUrl + path, body, { ...bearer(this.token), ...headers });
  }

  /** The body of a successful answer. @throws CallFailure with what the server answered when its status is 300 or more */
  async must<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: HeaderFields = {},
  ): Promise<T> {
    const answer = await this.ask<T>(method, path, body, headers);
    if (answer.status < 300) return answer.body;
    throw new CallFailure(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`, answer.status);
  }
}

/** Signs in and returns the API as that person. @throws CallFailure */
export async function signIn(
  baseUrl: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<ApiClient> {
  const url = `${baseUrl}/api/auth/login`;
  const headers = { 'x-client-type': 'native' };
  const { status, body } = await call<{ access_token: string }>('POST', url, { email, password }, headers);
  if (status >= 300) throw new CallFailure(`Sign-in: ${status} ${JSON.stringify(body)}`, status);
  return new ApiClient(baseUrl, body.access_token);
}

/** The status of a GET; 0 when no answer comes within two seconds. */
export async function statusOf(url: string): Promise<number> {
  return exchange({ method: 'GET', url, timeoutMs: 2_000 }).then(
    ({ status }) => status,
    () => 0,
  );
}

function parsed({ method, url }: HttpRequest, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = `${method} ${new URL(url).pathname}`;
    throw new CallFailure(`${what} answered ${status}, which is not JSON: ${text.slice(0, 300)}`, status, error);
  }
}
