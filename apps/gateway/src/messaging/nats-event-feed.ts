import type { Msg } from '@nats-io/transport-node';
import { EventRow, PACK_HEADERS, PACK_OF_EVENTS, packSubject } from '#libs/contracts';
import type { Bus } from '#libs/bus';
import { EventFeed, type OnEvents } from '../application/ports.js';

interface Listened {
  readonly listeners: Set<OnEvents>;
  readonly stop: () => void;
}

/** Takes packs beside the stream that keeps them, by a plain subscription, so that nothing waits for who watches. */
export class NatsEventFeed extends EventFeed {
  readonly #byOrganization = new Map<string, Listened>();

  constructor(private readonly bus: Bus) {
    super();
  }

  override get isConnected(): boolean {
    return this.bus.connected;
  }

  override async listen(orgId: string, onEvents: OnEvents): Promise<() => void> {
    this.bus.live();
    const listened = this.#byOrganization.get(orgId) ?? this.#subscribe(orgId);
    listened.listeners.add(onEvents);
    // Ends by itself when the server is found to be gone.
    await this.bus.flush().catch(() => undefined);
    return () => {
      listened.listeners.delete(onEvents);
      if (listened.listeners.size > 0) return;
      listened.stop();
      if (this.#byOrganization.get(orgId) === listened) this.#byOrganization.delete(orgId);
    };
  }

  #subscribe(orgId: string): Listened {
    const listeners = new Set<OnEvents>();
    const stop = this.bus.subscribe(packSubject(orgId), (message) => {
      const rows = rowsOf(message);
      for (const onEvents of listeners) onEvents(rows);
    });
    const listened = { listeners, stop };
    this.#byOrganization.set(orgId, listened);
    return listened;
  }
}

/** What the store will refuse is not shown either. */
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
