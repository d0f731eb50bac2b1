import { createHash } from 'node:crypto';

/** The policy of a page that is nothing but itself and this one style sheet: no script, no request to anybody. */
export function pageCsp(style: string): string {
  return [
    `default-src 'none'`,
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
