import { createHash } from 'node:crypto';

/** SHA-256, base64url: tokens are 256 random bits, so a slow hash would add nothing. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
