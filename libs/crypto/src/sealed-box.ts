import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from '#libs/kernel';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Derives a key of 256 bits by HKDF-SHA256 (RFC 5869) from a secret of any length. Each purpose gives an unrelated key. */
export function deriveKey(secret: Secret, purpose: string): Secret<Buffer> {
  return new Secret(Buffer.from(hkdfSync('sha256', secret.expose(), '', `loom ${purpose}`, KEY_BYTES)));
}

/**
 * Encrypts texts at rest with AES-256-GCM; the result is base64 of nonce, tag and cipher text. The label is authenticated: a
 * text sealed under one label cannot be opened under another.
 */
export class SealedBox {
  constructor(private readonly key: Secret<Buffer>) {}

  seal(text: Secret, label: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key.expose(), iv).setAAD(Buffer.from(label));
    const sealed = Buffer.concat([cipher.update(text.expose(), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws Error when the sealed text was changed, or was sealed with another key or label */
  open(sealed: string, label: string): Secret {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.key.expose(), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return new Secret(text.toString('utf8'));
  }
}
