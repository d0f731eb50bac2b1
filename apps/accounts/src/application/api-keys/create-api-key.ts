import type { Clock, Ids } from '#libs/kernel';
import type { ApiKeyView, CreateApiKeyCommand, Origin } from '#libs/contracts';
import { keyTerms, mintKey, type ApiKey, type KeyTerms } from '../../domain/api-keys/api-key.js';
import type { Environment } from '../../domain/environments/environment.js';
import { recordChange } from '../record-change.js';
import { apiKeyCreated } from './api-key-change.js';
import { apiKeyView } from './api-key-view.js';
import type { OrganizationQuotas } from '../ports/policy.js';
import { assertQuota } from '../quota.js';
import type { Entropy, Hasher } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

interface CreateApiKeyParts {
  readonly uow: UnitOfWork;
  readonly hasher: Hasher;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly quotas: Pick<OrganizationQuotas, 'keys'>;
}

/** The answer is the only place that ever holds the key itself. */
export class CreateApiKey {
  constructor(private readonly parts: CreateApiKeyParts) {}

  async execute(command: CreateApiKeyCommand, origin: Origin): Promise<ApiKeyView> {
    const terms = keyTerms(command, this.parts.clock.now());
    const environment = await this.#environment(command.environment, origin);
    const { plain, apiKey } = await this.#make(terms, environment, origin);

    await this.parts.uow.inOrganization(origin.scope, async ({ organizations, apiKeys, environments, outbox }) => {
      await organizations.lock(); // concurrent creations must not pass the quota
      assertQuota('keys', this.parts.quotas.keys, await apiKeys.count());
      if (environment !== undefined) await environments.lock(environment.id, 'keep'); // it may have been deleted since
      await apiKeys.add(apiKey);
      await recordChange(outbox, origin, apiKeyCreated(origin, apiKey));
    });
    return { ...apiKeyView(apiKey), key: plain };
  }

  async #environment(nameOrId: string | undefined, { scope }: Origin): Promise<Environment | undefined> {
    if (nameOrId === undefined) return undefined;
    return this.parts.uow.readOrganization(scope, ({ environments }) => environments.get(nameOrId));
  }

  /** Outside of the transaction: hashing takes longer than all of its statements. */
  async #make(terms: KeyTerms, environment: Environment | undefined, { scope, actor }: Origin) {
    const { key: plain, lookupId } = mintKey(terms.keyType, environment?.name, this.parts.entropy.apiKey());
    const apiKey: ApiKey = {
      ...terms,
      id: this.parts.ids.next(),
      orgId: scope,
      environment,
      lookupId,
      keyHash: await this.parts.hasher.hash(plain),
      createdBy: actor.id,
      createdAt: this.parts.clock.now(),
    };
    return { plain, apiKey };
  }
}
