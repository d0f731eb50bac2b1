import type { IncomingHttpHeaders } from 'node:http';

/** The SDK that reads a stream, by its own account. */
export interface Sdk {
  readonly sdk: string;
  readonly sdkVersion: string;
}

const UNKNOWN = 'unknown';
const MAX_LENGTH = 64;
const MAX_KEPT = 1_000;
/** Thousands of readers use few SDKs: one object for each. */
const kept = new Map<string, Sdk>();

/** `X-Loom-Lib` and `X-Loom-Lib-Version`, else the first product of `User-Agent` (RFC 9110, 10.1.5), in safe characters. */
export function sdkOf(headers: IncomingHttpHeaders): Sdk {
  const [product, version] = (headers['user-agent'] ?? '').split(' ', 1)[0]!.split('/');
  const lib = headers['x-loom-lib'];
  const sdk = safe(lib ?? product);
  const sdkVersion = safe(lib === undefined ? version : headers['x-loom-lib-version']);
  return keep({ sdk, sdkVersion });
}

function safe(text: string | string[] | undefined): string {
  const cut = String(text ?? '')
    .replaceAll(/[^\w.@/+-]/g, '')
    .slice(0, MAX_LENGTH);
  return cut === '' ? UNKNOWN : cut;
}

function keep(found: Sdk): Sdk {
  const name = `${found.sdk} ${found.sdkVersion}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  if (kept.size < MAX_KEPT) kept.set(name, found);
  return found;
}
