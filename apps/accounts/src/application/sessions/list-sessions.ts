import type { AccountsPolicy } from '../ports/policy.js';
import type { Clock } from '#libs/kernel';
import type { CommandOf, Origin, PageOf, SessionView, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import { callingPerson } from './calling-person.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { sessionView } from './session-view.js';

/** The sessions of the calling person that can be renewed. */
export class ListSessions {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly policy: AccountsPolicy,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.listSessions>, origin: Origin): Promise<PageOf<SessionView>> {
    const at = this.clock.now();
    const createdAfter = new Date(at.getTime() - this.policy.sessionMaxMs);
    const query = { userId: callingPerson(origin), page: command.page, at, createdAfter };
    const found = await this.uow.acrossOrganizations(({ sessions }) => sessions.list(query));
    return mapPage(found, (session) => sessionView(session, command.session_id));
  }
}
