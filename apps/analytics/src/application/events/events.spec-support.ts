import type { AuditDraft, EventFilter, EventView, Origin, Page } from '#libs/contracts';
import type { EventPage, Events } from './ports.js';

export const ORG = '01900000-0000-7000-8000-00000000000a';
const TIME = '2026-01-31T12:00:00.000Z';

export function anEvent(name: string, id: number): EventView {
  return {
    event_id: `0190a0b0-0000-7000-8000-${String(id).padStart(12, '0')}`,
    distinct_id: 'anon-1',
    person_id: null,
    event: name,
    properties: {},
    timestamp: TIME,
    received_at: TIME,
    environment_id: null,
    user_agent: null,
    lib: null,
    lib_version: null,
    clock_skew: false,
  };
}

/** Events of one organization in memory, in the order of the array; filters by name. A cursor is the number of events before the page. */
export class InMemoryEvents implements Events {
  readonly entries: AuditDraft[] = [];

  constructor(readonly all: readonly EventView[] = []) {}

  async list(orgId: string, filter: EventFilter, page: Page, withTotal: boolean): Promise<EventPage> {
    const matching = this.#matching(orgId, filter);
    const start = Number(page.cursor ?? 0);
    const end = start + page.limit;
    const next_cursor = end < matching.length ? String(end) : null;
    const total = withTotal ? { total: matching.length } : {};
    return { data: matching.slice(start, end), next_cursor, has_more: next_cursor !== null, ...total };
  }

  async count(orgId: string, filter: EventFilter): Promise<number> {
    return this.#matching(orgId, filter).length;
  }

  async recordExport(
    { scope }: Origin,
    filter: EventFilter,
    limit: number,
    entryOf: (matching: number) => AuditDraft,
  ): Promise<void> {
    this.entries.push(entryOf(Math.min(limit, this.#matching(scope, filter).length)));
  }

  #matching(orgId: string, { event_name }: EventFilter): readonly EventView[] {
    if (orgId !== ORG) return [];
    return this.all.filter(({ event }) => event === (event_name ?? event));
  }
}
