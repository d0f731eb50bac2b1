import type { SealedBox } from '#libs/crypto';
import type { Transaction } from '#libs/postgres';
import { IsNull } from 'typeorm';
import type { SigningKey } from '../../domain/signing-keys/signing-key.js';
import { SigningKeyRow } from './signing-key.row.js';
import type { SigningKeyStore } from '../../application/ports/platform-stores.js';

/** Private keys are sealed before they are stored, so that a copy of the database cannot sign. */
export class PostgresSigningKeys implements SigningKeyStore {
  constructor(
    private readonly tx: Transaction,
    private readonly box: SealedBox,
  ) {}

  async all(): Promise<readonly SigningKey[]> {
    const rows = await this.tx.manager.find(SigningKeyRow, { order: { signsFrom: 'DESC', kid: 'ASC' } });
    return rows.map(({ kid, publicJwk, privateKeySealed, createdAt, signsFrom, retiredAt }) => {
      const privatePem = this.box.open(privateKeySealed, kid);
      return { kid, publicJwk, privatePem, createdAt, signsFrom, retiredAt: retiredAt ?? undefined };
    });
  }

  async add({ kid, publicJwk, privatePem, createdAt, signsFrom, retiredAt }: SigningKey): Promise<void> {
    await this.tx.manager.insert(SigningKeyRow, {
      kid,
      publicJwk: publicJwk as object,
      privateKeySealed: this.box.seal(privatePem, kid),
      createdAt,
      updatedAt: createdAt,
      signsFrom,
      retiredAt: retiredAt ?? null,
    });
  }

  async retireAll(at: Date): Promise<void> {
    await this.tx.manager.update(SigningKeyRow, { retiredAt: IsNull() }, { retiredAt: at, updatedAt: at });
  }
}
