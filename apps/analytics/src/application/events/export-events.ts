import { EXPORT_MAX_EVENTS, type analyticsRpc, type CommandOf, type ExportPart, type Origin } from '#libs/contracts';
import { exportEntry } from '../../domain/export-entry.js';
import { organizationOf } from './organization-of.js';
import type { Events } from './ports.js';

const PART_EVENTS = 1_000;

/**
 * One part of an export, newest events first. A call without a cursor begins an export: it is recorded in the audit log before the
 * first event is returned.
 */
export class ExportEvents {
  constructor(private readonly events: Events) {}

  /** @throws AppError `too_large` when more than `EXPORT_MAX_EVENTS` match; nothing is recorded then */
  async execute(
    { filter, format, cursor }: CommandOf<typeof analyticsRpc.exportEvents>,
    origin: Origin,
  ): Promise<ExportPart> {
    const orgId = organizationOf(origin);
    if (cursor === undefined) {
      const entryOf = (matching: number) => exportEntry(orgId, { filter, format, matching });
      await this.events.recordExport(origin, filter, EXPORT_MAX_EVENTS + 1, entryOf);
    }
    const page = { limit: PART_EVENTS, order: 'desc', cursor } as const;
    const { data, next_cursor } = await this.events.list(orgId, filter, page, false);
    return { events: data, next_cursor };
  }
}
