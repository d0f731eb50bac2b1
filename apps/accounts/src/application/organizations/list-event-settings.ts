import type { CommandOf, EventSettingsPage, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** For services: how each organization wants its events to be stored. */
export class ListEventSettings {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ after }: CommandOf<typeof accountsRpc.listEventSettings>): Promise<EventSettingsPage> {
    return this.uow.acrossOrganizations(({ directory }) => directory.eventSettings(after));
  }
}
