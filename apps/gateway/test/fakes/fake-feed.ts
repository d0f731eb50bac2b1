import type { EventRow } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { EventFeed, OnEvents } from '../../src/application/events/ports.js';

/** A feed that passes on what the test emits. */
export class FakeFeed implements EventFeed {
  isConnected = true;
  readonly #listeners = new Map<OnEvents, string>();

  async listen(orgId: string, onEvents: OnEvents): Promise<() => void> {
    if (!this.isConnected) throw new AppError('bus_unavailable', 'NATS is away');
    this.#listeners.set(onEvents, orgId);
    return () => void this.#listeners.delete(onEvents);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  emit(orgId: string, ...rows: readonly EventRow[]): void {
    for (const [onEvents, wanted] of this.#listeners) if (wanted === orgId) onEvents(rows);
  }
}
