import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '#libs/kernel';
import { Entropy } from '../application/ports/secrets.js';

const API_KEY_BYTES = 20;
const TOKEN_BYTES = 32;

export class KeyedEntropy implements Entropy {
  constructor(private readonly key: Secret<Buffer>) {}

  apiKey(): string {
    return randomBytes(API_KEY_BYTES).toString('hex');
  }

  refreshToken(): string {
    return randomBytes(TOKEN_BYTES).toString('base64url');
  }

  linkToken(): string {
    return randomBytes(TOKEN_BYTES).toString('hex');
  }

  nextRefreshToken(token: string): string {
    return createHmac('sha256', this.key.expose()).update(token).digest('base64url');
  }
}
