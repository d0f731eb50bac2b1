import type { Clock } from '#libs/kernel';
import { ApiKeyRevokedV1, type ApiKeyView, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { revokeKey } from '../../domain/api-keys/api-key.js';
import { apiKeyData } from '../organizations/organization-change.js';
import { apiKeyAudit } from './api-key-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfApiKey } from '../people/views.js';

/** For good: a revoked key never works again. */
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
      await outbox.add(ApiKeyRevokedV1.of(origin, apiKeyData(after), after.environment?.id));
      await outbox.audit(origin, apiKeyAudit(after, { before: viewOfApiKey(before), after: viewOfApiKey(after) }));
      return viewOfApiKey(after);
    });
  }
}
