import { accountsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';

export const environmentHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handle(accountsRpc.listEnvironments, accounts.listEnvironments),
  handle(accountsRpc.getEnvironment, accounts.getEnvironment),
  handle(accountsRpc.createEnvironment, accounts.createEnvironment),
  handle(accountsRpc.updateEnvironment, accounts.updateEnvironment),
  handle(accountsRpc.deleteEnvironment, accounts.deleteEnvironment),
];
