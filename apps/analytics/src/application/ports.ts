/** Events of one organization as they came: a JSON array of rows in UTF-8. */
export interface Pack {
  readonly orgId: string;
  readonly rows: Uint8Array;
}

export interface StoreResult {
  /** Events that were not there before. */
  readonly stored: number;
  /** Events whose id was there before, or twice in these packs. */
  readonly duplicates: number;
  /** Stored, though their month has no partition yet. */
  readonly strayed: number;
  readonly tookMs: number;
}

/** The database cannot hold what it was given, however often it is asked. */
export class UnfitData extends Error {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Where events are kept. */
export abstract class EventStore {
  /**
   * Stores events and counts them by the hour, all or none. An event id that the organization ever had is passed over.
   * @throws UnfitData when some row cannot be stored; AppError `store_unavailable` when nothing can be, for now
   */
  abstract store(packs: readonly Pack[]): Promise<StoreResult>;
}

/** The months that events are kept in. */
export abstract class EventPartitions {
  /** Makes those of this month, of the next three, and of events that strayed, which move there. */
  abstract makeMissing(): Promise<void>;
}
