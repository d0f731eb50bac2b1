import { accountsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';
import { asStranger } from './stranger.js';

export const invitationHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handle(accountsRpc.inviteMember, accounts.inviteMember),
  handle(accountsRpc.listInvitations, accounts.listInvitations),
  handle(accountsRpc.withdrawInvitation, accounts.withdrawInvitation),
  handle(accountsRpc.acceptInvitation, accounts.acceptInvitation, asStranger),
];
