import type { Accounts, ExpiredEvents, OrganizationSettings } from './ports.js';

/**
 * Deletes the events that are older than the retention of their organization. It asks accounts for all settings first and deletes
 * nothing when accounts does not answer: a lost fact about a longer retention must not delete an event.
 */
export class DeleteExpiredEvents {
  constructor(
    private readonly accounts: Accounts,
    private readonly settings: OrganizationSettings,
    private readonly events: ExpiredEvents,
  ) {}

  async execute(): Promise<void> {
    for await (const page of this.accounts.everySetting()) await this.settings.save(page);
    await this.events.dropMonths();
    while ((await this.events.deleteSome()) > 0);
    while (await this.events.foldMonth());
  }
}
