import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';

export const signingKeyHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handleInternal(accountsRpc.getJwks, accounts.getJwks),
  handle(accountsRpc.rotateSigningKey, accounts.rotateSigningKey),
];
