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

/** What an organization wants of its events. */
export interface OrganizationSetting {
  readonly orgId: string;
  readonly retentionDays: number;
  readonly captureIp: boolean;
  readonly version: number;
}

export abstract class OrganizationSettings {
  /** Takes in news; what is older than what is known is passed over. */
  abstract learn(news: readonly OrganizationSetting[]): Promise<void>;
}

/** The service that people tell their settings. */
export abstract class Accounts {
  /** Of every organization, a page at a time. @throws AppError `bus_unavailable` */
  abstract everySetting(): AsyncIterable<readonly OrganizationSetting[]>;
}

/** Events that their organization wants kept no longer. Their ids stay known. */
export abstract class ExpiredEvents {
  /** Drops the months that are past for every organization. Returns how many. */
  abstract dropMonths(): Promise<number>;
  /** Deletes some single events; 0 when none are left. */
  abstract deleteSome(): Promise<number>;
  /** Puts the oldest month that is too old for a partition of its own to the others of that age; false when there is none. */
  abstract foldMonth(): Promise<boolean>;
}
