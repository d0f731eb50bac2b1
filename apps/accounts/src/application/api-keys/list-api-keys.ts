import type { ApiKeyView, CommandOf, Origin, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { apiKeyView } from './api-key-view.js';

/** Revoked keys are listed too. */
export class ListApiKeys {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(command: CommandOf<typeof accountsRpc.listApiKeys>, origin: Origin): Promise<PageOf<ApiKeyView>> {
    const found = await this.uow.readOrganization(origin.scope, async ({ apiKeys, environments }) => {
      const list = await apiKeys.list(command);
      // An environment without keys and one that does not exist look alike to the query.
      if (list.data.length === 0 && command.environment !== undefined) await environments.get(command.environment);
      return list;
    });
    return mapPage(found, apiKeyView);
  }
}
