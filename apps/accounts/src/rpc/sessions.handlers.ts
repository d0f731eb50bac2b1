import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';
import { asStranger } from './stranger.js';

export const sessionHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handle(accountsRpc.signIn, accounts.signIn, asStranger),
  handle(accountsRpc.refresh, accounts.refreshSession, asStranger),
  handle(accountsRpc.signOut, accounts.signOut, asStranger),
  handle(accountsRpc.listSessions, accounts.listSessions),
  handle(accountsRpc.endSession, accounts.endSession),
  handle(accountsRpc.endOtherSessions, accounts.endOtherSessions),
  handleInternal(accountsRpc.listEndedSessions, accounts.listEndedSessions),
];
