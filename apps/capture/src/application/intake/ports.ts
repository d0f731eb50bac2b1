/** Rows of one organization on their way into the stream, as one message. */
export interface Pack {
  /** The same in every attempt, so that the stream stores the pack once. */
  readonly id: string;
  readonly orgId: string;
  /** A JSON array of rows. */
  readonly data: string;
  /** The request of the first rows; a pack may carry rows of many requests. */
  readonly cause: Cause;
}
/** The request that rows came with. */
export interface Cause {
  readonly requestId: string;
  /** W3C trace context, when the request has one. */
  readonly traceparent?: string;
}

export interface PackPublisher {
  /**
   * Resolves when the pack is durable; tries again under the same id until the deadline (ms of `performance.now`).
   * @throws AppError 503: `overloaded` at once when the stream is full, else `bus_unavailable` at the deadline
   */
  publish(pack: Pack, deadlineMs: number): Promise<void>;
}

export interface CaptureMeter {
  published(pack: { readonly bytes: number; readonly events: number; readonly seconds: number }): void;
  refused(code: string): void;
}

/** Whether organizations store the IP addresses of their events. */
export interface AddressSettings {
  /** A key record is as old as the key's last look-up; a newer fact about its organization takes precedence. */
  areKept(record: { readonly org_id: string; readonly capture_ip?: boolean }): boolean;
}
