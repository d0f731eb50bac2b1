import { createHash } from 'node:crypto';

/** A content security policy that allows this style sheet only, and no request. With a script: that one, and requests to this origin. */
export function pageCsp(style: string, script?: string): string {
  return [
    `default-src 'none'`,
    `style-src ${hashOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, `connect-src 'self'`]),
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
