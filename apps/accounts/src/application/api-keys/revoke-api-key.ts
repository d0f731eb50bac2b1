import type { Clock } from '#libs/kernel';
import type { ApiKeyView, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { revokeKey } from '../../domain/api-keys/api-key.js';
import { recordChange } from '../record-change.js';
import { apiKeyRevoked } from './api-key-change.js';
import { apiKeyView } from './api-key-view.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** Revoked keys never work again. */
export class RevokeApiKey {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute({ key_id }: CommandOf<typeof accountsRpc.revokeApiKey>, origin: Origin): Promise<ApiKeyView> {
    return this.uow.inOrganization(origin.scope, async ({ apiKeys, outbox }) => {
      const before = await apiKeys.lock(key_id);
      const after = revokeKey(before, this.clock.now());

      await apiKeys.saveRevocation(after);
      await recordChange(outbox, origin, apiKeyRevoked(origin, before, after));
      return apiKeyView(after);
    });
  }
}
