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
