import { AppError } from '#libs/kernel';
import { KEY_TYPES, UUID, type PageOf } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import { IsNull } from 'typeorm';
import { familyOf, type ApiKey } from '../../domain/api-keys/api-key.js';
import { ApiKeyRow, toApiKey, toApiKeyRow } from './api-key.row.js';
import { pageOfQuery } from '../page-of-query.js';
import type { ApiKeyQuery, ApiKeyStore } from '../../application/ports/organization-stores.js';

export class PostgresApiKeys implements ApiKeyStore {
  constructor(private readonly tx: Transaction) {}

  async add(key: ApiKey): Promise<void> {
    await this.tx.manager.insert(ApiKeyRow, toApiKeyRow(key));
  }

  async lock(id: string): Promise<ApiKey> {
    const row = UUID.test(id) ? await this.#locked(id) : null;
    if (row === null) throw new AppError('not_found', 'There is no such key');
    return toApiKey(row);
  }

  async saveRevocation({ id, revokedAt }: ApiKey): Promise<void> {
    const live = { id, orgId: this.tx.scope, revokedAt: IsNull() };
    const { affected } = await this.tx.manager.update(ApiKeyRow, live, { revokedAt, updatedAt: revokedAt });
    if (affected !== 1) throw new AppError('already_revoked', 'The key was revoked before');
  }

  list({ family, environment, page }: ApiKeyQuery): Promise<PageOf<ApiKey>> {
    const types = KEY_TYPES.filter((type) => familyOf(type) === family);
    const query = this.tx.manager
      .createQueryBuilder(ApiKeyRow, 'item')
      .leftJoinAndSelect('item.environment', 'environment')
      .where('item.orgId = :org and item.keyType in (:...types)', { org: this.tx.scope, types });
    if (environment !== undefined) {
      const column = UUID.test(environment) ? 'environment.id' : 'environment.name';
      query.andWhere(`${column} = :environment`, { environment });
    }
    return pageOfQuery(query, page, { route: `api-keys.${family}`, org: this.tx.scope }, toApiKey);
  }

  count(): Promise<number> {
    return this.tx.manager.countBy(ApiKeyRow, { orgId: this.tx.scope, revokedAt: IsNull() });
  }

  anyLive(environmentId: string, at: Date): Promise<boolean> {
    return this.tx.manager
      .createQueryBuilder(ApiKeyRow, 'item')
      .where('item.orgId = :org and item.environmentId = :environmentId', { org: this.tx.scope, environmentId })
      .andWhere('item.revokedAt is null and (item.expiresAt is null or item.expiresAt > :at)', { at })
      .getExists();
  }

  /** Locks the key alone: Postgres cannot lock the nullable side of an outer join. */
  #locked(id: string): Promise<ApiKeyRow | null> {
    return this.tx.manager
      .createQueryBuilder(ApiKeyRow, 'item')
      .leftJoinAndSelect('item.environment', 'environment')
      .where('item.id = :id and item.orgId = :org', { id, org: this.tx.scope })
      .setLock('pessimistic_write', undefined, ['item'])
      .getOne();
  }
}
