/** Rows of one organization on their way into the stream, as one message. */
export interface Pack {
  /** The same in every attempt: the stream takes it once. */
  readonly id: string;
  readonly orgId: string;
  /** A JSON array of rows. */
  readonly data: string;
  /** Of the request that its first rows came with; a pack may carry those of many. */
  readonly cause: Cause;
}
/** The request that something is done for. */
export interface Cause {
  readonly requestId: string;
  /** W3C trace context, when the request has one. */
  readonly traceparent?: string;
}

export abstract class PackPublisher {
  /**
   * Resolves when the pack is durable; tries again under the same id until the deadline (ms of `performance.now`).
   * @throws AppError 503: `overloaded` at once when the stream is full, else `bus_unavailable` at the deadline
   */
  abstract publish(pack: Pack, deadlineMs: number): Promise<void>;
}

/** What is worth counting. */
export abstract class CaptureMeter {
  abstract published(pack: { readonly bytes: number; readonly events: number; readonly seconds: number }): void;
  abstract refused(code: string): void;
}

/** What organizations want done with the addresses that their events come from. */
export abstract class AddressSettings {
  /** Whether they are stored. A record is as old as the last look-up of its key: what was heard since beats it. */
  abstract areKept(record: { readonly org_id: string; readonly capture_ip?: boolean }): boolean;
}
