import { z } from 'zod';

/** An answer that was not a success. `status` is 0 when there was no answer at all. */
export class ApiFailure extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Calls of the HTTP API as a signed-in person. */
export interface Api {
  post<T extends z.ZodType>(path: string, body: unknown, answer: T): Promise<z.output<T>>;
  get<T extends z.ZodType>(path: string, answer: T): Promise<z.output<T>>;
}

const timeoutMs = 10_000;

/** Signs in and gives the API as that person. @throws ApiFailure */
export async function signIn(baseUrl: string, email: string, password: string): Promise<Api> {
  const session = await call(`${baseUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-client-type': 'native' },
    body: JSON.stringify({ email, password }),
  });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(session);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    post: async (path, body, answer) =>
      answer.parse(await call(baseUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })),
    get: async (path, answer) => answer.parse(await call(baseUrl + path, { headers })),
  };
}

/** The status of a GET, 0 when nothing answered within two seconds. */
export async function statusOf(url: string): Promise<number> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => (await response.body?.cancel(), response.status),
    () => 0,
  );
}

/** True when the evaluation API knows this SDK key. */
export async function isKnownKey(baseUrl: string, key: string): Promise<boolean> {
  const response = await send(`${baseUrl}/ofrep/v1/evaluate/flags`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ context: { targetingKey: 'start' } }),
  });
  await response.body?.cancel();
  return response.status !== 401 && response.status !== 403;
}

async function call(url: string, request: RequestInit): Promise<unknown> {
  const response = await send(url, request);
  const text = await response.text();
  const what = `${request.method ?? 'GET'} ${new URL(url).pathname}`;
  if (!response.ok) throw new ApiFailure(`${what} answered ${response.status}: ${text.slice(0, 300)}`, response.status);
  return JSON.parse(text);
}

async function send(url: string, request: RequestInit): Promise<Response> {
  return fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw new ApiFailure(`${new URL(url).pathname} did not answer: ${String(error)}`, 0);
  });
}
