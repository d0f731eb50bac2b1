import { accountsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';
import { asStranger } from './stranger.js';

export const administrationHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handle(accountsRpc.lockUser, accounts.lockUser),
  handle(accountsRpc.unlockUser, accounts.unlockUser),
  handle(accountsRpc.signOutUser, accounts.signOutUser),
  handle(accountsRpc.deleteUser, accounts.deleteUser),
  handle(accountsRpc.makeResetLink, accounts.makeResetLink),
  handle(accountsRpc.resetPassword, accounts.resetPassword, asStranger),
];
