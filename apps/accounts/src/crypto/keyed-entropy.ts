import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '#libs/kernel';
import { Entropy } from '../application/ports/unit-of-work.js';

const API_KEY_BYTES = 20;
const TOKEN_BYTES = 32;

export class KeyedEntropy extends Entropy {
  constructor(private readonly key: Secret<Buffer>) {
    super();
  }

  override apiKey(): string {
    return randomBytes(API_KEY_BYTES).toString('hex');
  }

  override refreshToken(): string {
    return randomBytes(TOKEN_BYTES).toString('base64url');
  }

  override linkToken(): string {
    return randomBytes(TOKEN_BYTES).toString('hex');
  }

  override nextRefreshToken(token: string): string {
    return createHmac('sha256', this.key.expose()).update(token).digest('base64url');
  }
}
