import type { EventRow } from '#libs/contracts';

export type OnEvents = (rows: readonly EventRow[]) => void;

/** Captured events on their way into the event store. A pack that is delivered twice is passed on twice. */
export interface EventFeed {
  /** While `false`, no event can arrive. */
  readonly isConnected: boolean;
  /** Returns a function that ends the subscription, once the subscription is in force. @throws AppError `bus_unavailable` */
  listen(orgId: string, onEvents: OnEvents): Promise<() => void>;
}

/** An open stream of server-sent events to one client. */
export interface EventStream {
  /** Bytes that the client has not read yet. */
  readonly unreadBytes: number;
  /** Does nothing after the end. */
  send(event: string, data: object, id?: string): void;
  end(): void;
  /** Calls the listener each time the client has read everything. */
  onDrain(listener: () => void): void;
  /** Calls the listener once, when either side has closed the stream. */
  onClose(listener: () => void): void;
}
