import type { Msg } from '@nats-io/transport-node';
import { EventRow, PACK_HEADERS, PACK_OF_EVENTS, packSubject } from '#libs/contracts';
import type { Bus } from '#libs/bus';
import type { EventFeed, OnEvents } from '../application/events/ports.js';

interface Subscription {
  readonly listeners: Set<OnEvents>;
  readonly stop: () => void;
}

/** Reads packs by a core subscription, beside the stream that stores them, so that slow readers never delay capture. */
export class NatsEventFeed implements EventFeed {
  readonly #byOrganization = new Map<string, Subscription>();

  constructor(private readonly bus: Bus) {}

  get isConnected(): boolean {
    return this.bus.connected;
  }

  async listen(orgId: string, onEvents: OnEvents): Promise<() => void> {
    this.bus.live();
    const subscription = this.#byOrganization.get(orgId) ?? this.#subscribe(orgId);
    subscription.listeners.add(onEvents);
    // A failed flush means a lost connection; the bus renews its subscriptions when it reconnects.
    await this.bus.flush().catch(() => undefined);
    return () => {
      subscription.listeners.delete(onEvents);
      if (subscription.listeners.size > 0) return;
      subscription.stop();
      if (this.#byOrganization.get(orgId) === subscription) this.#byOrganization.delete(orgId);
    };
  }

  #subscribe(orgId: string): Subscription {
    const listeners = new Set<OnEvents>();
    const stop = this.bus.subscribe(packSubject(orgId), (message) => {
      const rows = rowsOf(message);
      for (const onEvents of listeners) onEvents(rows);
    });
    const subscription = { listeners, stop };
    this.#byOrganization.set(orgId, subscription);
    return subscription;
  }
}

/** Leaves out rows that the event store will reject. */
function rowsOf(message: Msg): readonly EventRow[] {
  if (message.headers?.get(PACK_HEADERS.kind) !== PACK_OF_EVENTS.kind) return [];
  const pack = parse(message.string());
  if (!Array.isArray(pack)) return [];
  return pack.map((row) => EventRow.safeParse(row)).flatMap(({ data }) => (data === undefined ? [] : [data]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
