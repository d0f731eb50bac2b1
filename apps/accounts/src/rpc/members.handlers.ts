import { accountsRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';

export const memberHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  handleInternal(accountsRpc.getMembership, accounts.getMembership),
  handle(accountsRpc.listMembers, accounts.listMembers),
  handle(accountsRpc.updateMember, accounts.updateMember),
  handle(accountsRpc.removeMember, accounts.removeMember),
];
