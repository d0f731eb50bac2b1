import { auditRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Audit } from '../composition.js';

export const entryHandlers = ({ listEntries, readEntry }: Audit): readonly RpcHandler[] => [
  handle(auditRpc.listEntries, listEntries),
  handle(auditRpc.readEntry, readEntry),
];
