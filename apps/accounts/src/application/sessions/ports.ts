export interface EndedAt {
  readonly id: string;
  readonly at: Date;
}

/** Sessions of all people by the time of their end. */
export interface EndedSessions {
  /** Newest first. */
  since(since: Date, limit: number): Promise<readonly EndedAt[]>;
}
