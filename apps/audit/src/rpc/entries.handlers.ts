import { auditRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Audit } from '../composition.js';

export const entryHandlers = ({ listEntries }: Audit): readonly RpcHandler[] => [
  handle(auditRpc.listEntries, listEntries),
];
