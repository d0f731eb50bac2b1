import { OrganizationUpdatedV1, parseFact, type FactOf } from '#libs/contracts';
import type { Bus } from '#libs/bus';
import { AddressSettings } from '../application/ports.js';

/** The record of the key, and facts about its organization. */
export class HeardAddressSettings extends AddressSettings {
  readonly #heard = new Map<string, boolean>();

  constructor(bus: Bus) {
    super();
    bus.subscribe(OrganizationUpdatedV1.everyScope, (message) => {
      const fact = parseFact(message.string(), [OrganizationUpdatedV1]) as FactOf<typeof OrganizationUpdatedV1>;
      const { org_id, capture_ip } = fact.data;
      if (capture_ip !== undefined) this.#heard.set(org_id, capture_ip);
    });
  }

  override areKept({
    org_id,
    capture_ip = false,
  }: {
    readonly org_id: string;
    readonly capture_ip?: boolean;
  }): boolean {
    return this.#heard.get(org_id) ?? capture_ip;
  }
}
