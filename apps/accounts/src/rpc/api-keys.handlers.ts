import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';

export const apiKeyHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handle(accountsRpc.listApiKeys, accounts.listApiKeys),
  handle(accountsRpc.createApiKey, accounts.createApiKey),
  handle(accountsRpc.revokeApiKey, accounts.revokeApiKey),
  handleInternal(accountsRpc.getKeyRecord, accounts.getKeyRecord),
  handleInternal(accountsRpc.listRevocations, accounts.listRevocations),
];
