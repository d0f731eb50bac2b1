/** Which part of a list a question is about. */
export interface Page {
  readonly limit: number;
  readonly cursor?: string;
  readonly order: 'asc' | 'desc';
}

/** One page of a list, in the order asked for. `next_cursor` is null on the last page. */
export interface PageOf<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}
