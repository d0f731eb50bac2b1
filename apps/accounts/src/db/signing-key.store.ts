import type { SealedBox, Transaction } from '#libs/platform';
import type { SigningKeyStore } from '../application/ports.js';
import type { SigningKey } from '../domain/signing-key.js';
import { SigningKeyRow } from './signing-key.row.js';

/** Private keys leave this store sealed; a copy of the database signs nothing. */
export class PostgresSigningKeys implements SigningKeyStore {
  constructor(
    private readonly tx: Transaction,
    private readonly box: SealedBox,
  ) {}

  async all(): Promise<readonly SigningKey[]> {
    const rows = await this.tx.manager.find(SigningKeyRow, { order: { createdAt: 'DESC', kid: 'ASC' } });
    return rows.map(({ kid, publicJwk, privateKeySealed, createdAt, retiredAt }) => {
      const privatePem = this.box.open(privateKeySealed, kid);
      return { kid, publicJwk, privatePem, createdAt, retiredAt: retiredAt ?? undefined };
    });
  }

  async add({ kid, publicJwk, privatePem, createdAt, retiredAt }: SigningKey): Promise<void> {
    await this.tx.manager.insert(SigningKeyRow, {
      kid,
      publicJwk: publicJwk as object,
      privateKeySealed: this.box.seal(privatePem, kid),
      createdAt,
      updatedAt: createdAt,
      retiredAt: retiredAt ?? null,
    });
  }
}
