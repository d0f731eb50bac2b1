import { AppError } from '#libs/kernel';
import type { AuditEntryPart, auditRpc, CommandOf, Origin } from '#libs/contracts';
import type { Entries } from './ports.js';

/** One whole entry of the caller's organization, or of the platform, in parts: it may be larger than a message. */
export class ReadEntry {
  constructor(private readonly entries: Entries) {}

  /** @throws AppError `not_found` */
  async execute({ seq, offset }: CommandOf<typeof auditRpc.readEntry>, { scope }: Origin): Promise<AuditEntryPart> {
    const part = await this.entries.read(scope, seq, offset);
    if (part === undefined) throw new AppError('not_found', 'There is no such audit entry');
    return part;
  }
}
