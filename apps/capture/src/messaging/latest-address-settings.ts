import type { Bus } from '#libs/bus';
import { OrganizationUpdatedV1, parseFact, type FactOf, type KeyRecord } from '#libs/contracts';
import type { AddressSettings } from '../application/intake/ports.js';

/** Settings of the key record, overridden by the facts that this process has received about the organization. */
export class LatestAddressSettings implements AddressSettings {
  readonly #changed = new Map<string, boolean>();

  constructor(bus: Bus) {
    bus.subscribe(OrganizationUpdatedV1.everyScope, (message) => {
      const fact = parseFact(message.string(), [OrganizationUpdatedV1]) as FactOf<typeof OrganizationUpdatedV1>;
      const { org_id, capture_ip } = fact.data;
      if (capture_ip !== undefined) this.#changed.set(org_id, capture_ip);
    });
  }

  areKept({ org_id, capture_ip = false }: Pick<KeyRecord, 'org_id' | 'capture_ip'>): boolean {
    return this.#changed.get(org_id) ?? capture_ip;
  }
}
