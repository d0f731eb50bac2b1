import type { auditRpc, AuditEntryView, CommandOf, Origin, PageOf } from '#libs/contracts';
import type { Entries } from './ports.js';

/** A page of the entries of the caller's organization, or of the platform. */
export class ListEntries {
  constructor(private readonly entries: Entries) {}

  execute(
    { filter, page }: CommandOf<typeof auditRpc.listEntries>,
    { scope }: Origin,
  ): Promise<PageOf<AuditEntryView>> {
    return this.entries.list(scope, filter, page);
  }
}
