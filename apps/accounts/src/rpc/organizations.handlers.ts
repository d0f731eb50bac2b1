import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';

export const organizationHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handleInternal(accountsRpc.listOrganizations, accounts.listOrganizations),
  handle(accountsRpc.listAllOrganizations, accounts.listAllOrganizations),
  handleInternal(accountsRpc.listEventSettings, accounts.listEventSettings),
  handle(accountsRpc.createOrganization, accounts.createOrganization),
  handle(accountsRpc.updateOrganization, accounts.updateOrganization),
];
