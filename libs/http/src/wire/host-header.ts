import type { IncomingMessage } from 'node:http';
import { AppError } from '#libs/kernel';

/**
 * Refuses a request with more than one Host header, of which a proxy in front may have taken another, and one of HTTP/1.1 without any
 * (RFC 9112, 3.2). Node keeps the first.
 * @throws AppError 400 `bad_request`
 */
export function requireOneHost({ headers, rawHeaders, httpVersionMinor }: IncomingMessage): void {
  if (headers.host === undefined) {
    if (httpVersionMinor === 0) return;
    throw new AppError('bad_request', 'Send a Host header');
  }
  let hosts = 0;
  // Names and values alternate.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) throw new AppError('bad_request', 'Send one Host header only');
}
