import { type Clock, type Ids, invalid } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { normalizedEmail } from '../../domain/names.js';
import { chosenPassword } from '../../domain/people/password.js';
import { newSuperAdmin } from '../../domain/people/user.js';
import { establish, foundingOf } from '../organizations/founding.js';
import { invalidLink } from '../people/invalid-link.js';
import type { Hasher } from '../ports/secrets.js';
import type { OrganizationStores, PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';
import { userOrigin } from '../people/user-origin.js';
import { organizationView } from '../organizations/organization-view.js';
import { userView } from '../people/person-view.js';

type Answer = AnswerOf<typeof accountsRpc.completeSetup>;

/** Creates the first super admin and their organization, once, in one transaction. */
export class CompleteSetup {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.completeSetup>, origin: Origin): Promise<Answer> {
    const email = normalizedEmail(command.email);
    if (email === undefined) throw invalid('invalid_email', 'email', 'This is no e-mail address');
    const password = chosenPassword(command.password);
    const at = this.clock.now();
    const id = this.ids.next();
    const founding = foundingOf({ name: command.organization, userId: id }, this.ids, at);
    const hash = tokenHash(command.token);
    await this.#assertOpen(hash, at); // before the slow hash: an invalid token must cost little
    const user = newSuperAdmin({ id, email, passwordHash: await this.hasher.hash(password) }, at);

    await this.uow.inOrganizationWithPeople(founding.organization.id, async (stores) => {
      await take(stores, hash, at);
      await stores.users.add(user);
      await establish(stores, founding, userOrigin(user, origin));
    });
    return { user: userView(user), organization: organizationView(founding.organization) };
  }

  async #assertOpen(hash: string, at: Date): Promise<void> {
    if (await this.uow.acrossOrganizations(({ setups }) => setups.isOpen(hash, at))) return;
    throw invalidLink();
  }
}

/** Fails when there are users: the first super admin may have been created from the settings meanwhile. */
async function take(stores: OrganizationStores & PlatformStores, hash: string, at: Date): Promise<void> {
  await stores.exclusively('first-admin');
  if ((await stores.users.any()) || !(await stores.setups.take(hash, at))) throw invalidLink();
}
