import { UUID, type PageOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { ApiKeyQuery, ApiKeyStore } from '../../src/application/ports/organization-stores.js';
import { familyOf, type ApiKey } from '../../src/domain/api-keys/api-key.js';
import { notFound, pageOfRows } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

export class InMemoryApiKeys implements ApiKeyStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async add(key: ApiKey): Promise<void> {
    const { environment } = key;
    const stored = { ...key, environment: environment && { id: environment.id, name: environment.name } };
    this.tx.writable.apiKeys.set(key.id, stored);
  }

  async lock(id: string): Promise<ApiKey> {
    const key = this.#own().find((candidate) => candidate.id === id);
    if (key === undefined) throw notFound('key');
    return key;
  }

  async saveRevocation({ id, revokedAt }: ApiKey): Promise<void> {
    const stored = this.#own().find((key) => key.id === id);
    if (stored === undefined || stored.revokedAt !== undefined) {
      throw new AppError('already_revoked', 'The key was revoked before');
    }
    this.tx.writable.apiKeys.set(id, { ...stored, revokedAt });
  }

  async list({ family, environment, page }: ApiKeyQuery): Promise<PageOf<ApiKey>> {
    const keys = this.#own()
      .filter(({ keyType }) => familyOf(keyType) === family)
      .filter((key) => environment === undefined || isOf(key, environment));
    const scope = { route: `api-keys.${family}`, org: this.tx.scope };
    return pageOfRows(keys, page, scope, { listed: (key) => key, view: (key) => key });
  }

  async count(): Promise<number> {
    return this.#own().filter(({ revokedAt }) => revokedAt === undefined).length;
  }

  async anyLive(environmentId: string, at: Date): Promise<boolean> {
    return this.#own().some(
      ({ environment, revokedAt, expiresAt }) =>
        environment?.id === environmentId && revokedAt === undefined && (expiresAt === undefined || expiresAt > at),
    );
  }

  #own(): readonly ApiKey[] {
    return [...this.tx.tables.apiKeys.values()].filter(({ orgId }) => orgId === this.tx.scope);
  }
}

function isOf({ environment }: ApiKey, nameOrId: string): boolean {
  return (UUID.test(nameOrId) ? environment?.id : environment?.name) === nameOrId;
}
