/** The part of a list that is requested. */
export interface Page {
  readonly limit: number;
  readonly cursor?: string;
  readonly order: 'asc' | 'desc';
}

/** One page of a list, in the requested order. `next_cursor` is null on the last page. */
export interface PageOf<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

/** A page ends early before its items exceed this many bytes of JSON; a single larger item is a page. A message of NATS may be 8 MiB. */
export const MAX_PAGE_BYTES = 2 * 1024 * 1024;
