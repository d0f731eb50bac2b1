import { PLATFORM, systemOrigin, type AuditFilter, type Page, type Scope } from '#libs/contracts';
import { ListEntries } from './list-entries.js';
import type { Entries } from './ports.js';

const NO_ENTRIES = { data: [], next_cursor: null, has_more: false };
const page: Page = { limit: 50, order: 'desc' };

describe('ListEntries', () => {
  it.each([['o1'], [PLATFORM]])('lists the entries of the scope of the caller: %s', async (scope) => {
    const asked: [Scope, AuditFilter, Page][] = [];
    const entries: Entries = {
      list: async (...question) => {
        asked.push(question);
        return NO_ENTRIES;
      },
      read: () => Promise.resolve(undefined),
    };

    const answer = await new ListEntries(entries).execute({ filter: { event: 'A' }, page }, systemOrigin(scope, 'r1'));

    expect(answer).toEqual(NO_ENTRIES);
    expect(asked).toEqual([[scope, { event: 'A' }, page]]);
  });
});
