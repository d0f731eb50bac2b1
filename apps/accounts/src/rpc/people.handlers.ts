import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';

export const peopleHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handleInternal(accountsRpc.getUser, accounts.getUser),
  handle(accountsRpc.listUsers, accounts.listUsers),
  handle(accountsRpc.createUser, accounts.createUser),
  handle(accountsRpc.updateUser, accounts.updateUser),
  handleInternal(accountsRpc.listAccess, accounts.listAccess),
  handle(accountsRpc.changePassword, accounts.changePassword),
];
