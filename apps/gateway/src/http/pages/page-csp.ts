import { createHash } from 'node:crypto';

/** A content security policy that allows this style sheet only: no scripts and no further requests. */
export function pageCsp(style: string): string {
  return [
    `default-src 'none'`,
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
