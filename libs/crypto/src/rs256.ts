import {
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  SignJWT,
  type JWTPayload,
} from 'jose';
import { Secret } from '#libs/kernel';

const ALGORITHM = 'RS256';

export interface Rs256Key {
  /** The thumbprint of the public key (RFC 7638). */
  readonly kid: string;
  /** With `kid`, `alg` and `use`, as a JWKS publishes it (RFC 7517). */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** PKCS #8 in PEM. */
  readonly privatePem: Secret;
}

/** Generates an RSA key pair of 2048 bits. */
export async function generateRs256Key(): Promise<Rs256Key> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const publicJwk = { ...jwk, kid, alg: ALGORITHM, use: 'sig' };
  return { kid, publicJwk, privatePem: new Secret(await exportPKCS8(privateKey)) };
}

/** Signs JWTs with RS256, which is deterministic: the same claims and key give the same token. Imported keys stay in memory. */
export class Rs256Signer {
  readonly #imported = new Map<string, ReturnType<typeof importPKCS8>>();

  async sign({ kid, privatePem }: Pick<Rs256Key, 'kid' | 'privatePem'>, claims: JWTPayload): Promise<string> {
    const key = this.#imported.get(kid) ?? importPKCS8(privatePem.expose(), ALGORITHM);
    this.#imported.set(kid, key);
    return new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' }).sign(await key);
  }
}
