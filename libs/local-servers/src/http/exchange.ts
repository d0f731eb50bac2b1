import { request, type IncomingMessage, type RequestOptions } from 'node:http';

/** Headers of a request, by name. */
export type HeaderFields = Readonly<Record<string, string>>;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: HeaderFields;
  readonly body?: string | Buffer;
  /** Default: 15,000. */
  readonly timeoutMs?: number;
  /** The local address to connect from, one of 127.0.0.0/8. */
  readonly localAddress?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A call without a usable answer. `status` is 0 when no answer came at all. */
export class CallFailure extends Error {
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * One HTTP request and its whole answer, whatever the status; no retry. Connections are kept and shared by the process. Uses node:http
 * because `fetch` adds half a millisecond to each call, which the benchmarks would measure.
 *
 * @throws CallFailure with status 0 when there is no complete answer within `timeoutMs`
 */
export function exchange({ url, body, timeoutMs = DEFAULT_TIMEOUT_MS, ...rest }: HttpRequest): Promise<HttpResponse> {
  const { method, localAddress } = rest;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const headers = { ...length, ...rest.headers };
  const options: RequestOptions = { method, headers, localAddress, signal: AbortSignal.timeout(timeoutMs) };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const message = `${method} ${new URL(url).pathname} got no answer: ${error.message}`;
      reject(new CallFailure(message, 0, error));
    };
    request(url, options, (incoming) => collect(incoming, resolve, fail))
      .once('error', fail)
      .end(body);
  });
}

function collect(
  incoming: IncomingMessage,
  done: (response: HttpResponse) => void,
  fail: (error: Error) => void,
): void {
  let text = '';
  incoming
    .setEncoding('utf8')
    .on('data', (chunk: string) => (text += chunk))
    .once('error', fail)
    .once('end', () => done({ status: incoming.statusCode ?? 0, headers: headersOf(incoming), text }));
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}
