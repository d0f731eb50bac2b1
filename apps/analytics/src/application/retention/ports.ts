/** How an organization wants its events to be kept. */
export interface OrganizationSetting {
  readonly orgId: string;
  readonly retentionDays: number;
  readonly captureIp: boolean;
  readonly version: number;
}

export interface OrganizationSettings {
  /** Stores settings; a version that is not newer than the stored one is ignored. */
  save(settings: readonly OrganizationSetting[]): Promise<void>;
}

/** The accounts service, which owns the settings. */
export interface Accounts {
  /** The settings of every organization, in pages. @throws AppError `bus_unavailable` */
  everySetting(): AsyncIterable<readonly OrganizationSetting[]>;
}

/** Events older than the retention of their organization. Their ids stay known after the events are deleted. */
export interface ExpiredEvents {
  /** Drops the months that are expired for every organization. Returns how many. */
  dropMonths(): Promise<number>;
  /** Deletes a batch of single events. Returns how many; 0 when none are left. */
  deleteSome(): Promise<number>;
  /** Merges the oldest month that is too old for its own partition into the partition of old events; false when there is none. */
  foldMonth(): Promise<boolean>;
}
