import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';
import { asStranger } from './stranger.js';

export const setupHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handleInternal(accountsRpc.getSetup, accounts.getSetup),
  handle(accountsRpc.completeSetup, accounts.completeSetup, asStranger),
];
