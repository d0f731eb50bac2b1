import type { Accounts, ExpiredEvents, OrganizationSettings } from './ports.js';

/**
 * Deletes what organizations want kept no longer. It asks for their settings before, and deletes nothing when nobody answers: a
 * longer retention whose fact got lost must not cost anybody an event.
 */
export class DeleteExpiredEvents {
  constructor(
    private readonly accounts: Accounts,
    private readonly settings: OrganizationSettings,
    private readonly events: ExpiredEvents,
  ) {}

  async execute(): Promise<void> {
    for await (const page of this.accounts.everySetting()) await this.settings.learn(page);
    await this.events.dropMonths();
    while ((await this.events.deleteSome()) > 0);
    while (await this.events.foldMonth());
  }
}
