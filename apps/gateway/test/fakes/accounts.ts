import { accountsRpc } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import * as examples from '../../src/openapi/examples.js';
import type { FakeState } from './fake-state.js';
import type { InMemoryServices } from './in-memory-services.js';

/** Sign-in, people, memberships and API keys. User ids that begin with `gone` are unknown. */
export function answerSessions(services: InMemoryServices & FakeState): void {
  const session = { ...examples.session, token_type: 'Bearer' as const };
  services
    .answer(accountsRpc.getJwks, () => ({ keys: [services.publicJwk] }))
    .answer(accountsRpc.signIn, ({ password }) => {
      if (password !== 'correct horse') throw new AppError('invalid_credentials', 'E-mail or password is wrong');
      return { ...session, refresh_token: 'refresh-1' };
    })
    .answer(accountsRpc.refresh, ({ refresh_token }) => {
      if (refresh_token !== 'refresh-1') throw new AppError('invalid_refresh_token', 'Sign in again');
      return { ...session, refresh_token: 'refresh-2' };
    })
    .answer(accountsRpc.signOut, () => ({}))
    .answer(accountsRpc.getUser, ({ user_id }) => {
      if (user_id.startsWith('gone')) throw new AppError('not_found', 'No such user');
      const known = services.memberships.get(user_id)?.user;
      return known ?? { id: user_id, email: 'ada@example.com', is_super_admin: false };
    })
    .answer(accountsRpc.getMembership, ({ user_id, org }) => {
      const found = services.memberships.get(user_id);
      if (found === undefined || ![found.organization.id, found.organization.slug].includes(org))
        throw new AppError('not_found', 'No such organization');
      return found;
    })
    .answer(accountsRpc.getKeyRecord, ({ lookup_id }) => ({ record: services.keys.get(lookup_id) ?? null }));
}

/** Organizations, environments and the administration of API keys. */
export function answerAccounts(services: InMemoryServices & FakeState): void {
  services
    .answer(accountsRpc.listOrganizations, () => examples.page(examples.organization))
    .answer(accountsRpc.createOrganization, (command) => ({ ...examples.organization, ...command }))
    .answer(accountsRpc.updateOrganization, ({ name = 'Acme' }) => ({ ...examples.organization, name, version: 4 }))
    .answer(accountsRpc.listEnvironments, () => examples.page(examples.environment))
    .answer(accountsRpc.getEnvironment, () => examples.environment)
    .answer(accountsRpc.createEnvironment, ({ name }) => ({ ...examples.environment, name }))
    .answer(accountsRpc.listApiKeys, () => examples.page(examples.apiKey))
    .answer(accountsRpc.createApiKey, ({ name, key_type }) => ({
      ...examples.newApiKey,
      name,
      key_type: key_type.split('_')[1]!,
    }))
    .answer(accountsRpc.revokeApiKey, () => examples.apiKey);
}
