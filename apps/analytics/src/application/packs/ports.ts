/** Events of one organization as they arrived: a JSON array of rows in UTF-8. */
export interface Pack {
  readonly orgId: string;
  readonly rows: Uint8Array;
}

export interface StoreResult {
  /** Events with a new id. */
  readonly stored: number;
  /** Events with an id that was stored before, or that is in these packs twice. */
  readonly duplicates: number;
  /** Stored events of a month without a partition. */
  readonly strayed: number;
  readonly tookMs: number;
}

/** The database rejects the data itself: another attempt would fail as well. */
export class UnfitData extends Error {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The write side of the event store. */
export interface PackStore {
  /**
   * Stores events and counts them by the hour, all or none. An event id that the organization has ever used is skipped.
   * @throws UnfitData when a row cannot be stored; AppError `store_unavailable` when the database is unavailable
   */
  store(packs: readonly Pack[]): Promise<StoreResult>;
}
