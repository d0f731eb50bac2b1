import { AppError, type Clock, type Ids } from '#libs/kernel';
import { PLATFORM, systemOrigin } from '#libs/contracts';
import { normalizedEmail } from '../../domain/names.js';
import { chosenPassword } from '../../domain/people/password.js';
import { newSuperAdmin } from '../../domain/people/user.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { Hasher } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { personView } from '../people/person-view.js';

/** `present`: the platform has users; `wanted`: it has none, and the settings name no first admin. */
export type FirstAdmin = 'made' | 'present' | 'wanted';

/** Creates the super admin of a platform without users, from the settings. Concurrent processes create one. */
export class MakeFirstAdmin {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly policy: AccountsPolicy,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async execute(): Promise<FirstAdmin> {
    if (await this.uow.acrossOrganizations(({ users }) => users.any())) return 'present';
    if (this.policy.firstAdmin === undefined) return 'wanted';
    const { email: given, password } = this.policy.firstAdmin;
    const email = normalizedEmail(given);
    if (email === undefined) throw new AppError('invalid_email', 'LOOM_ADMIN_EMAIL is not an e-mail address');
    const passwordHash = await this.hasher.hash(chosenPassword(password.expose(), 'LOOM_ADMIN_PASSWORD'));
    const admin = newSuperAdmin({ id: this.ids.next(), email, passwordHash }, this.clock.now());

    return this.uow.acrossOrganizations(async ({ users, outbox, exclusively }) => {
      await exclusively('first-admin');
      if (await users.any()) return 'present';
      await users.add(admin);
      await outbox.audit(systemOrigin(PLATFORM, 'first-start'), {
        event: 'UserInvited',
        action: 'insert',
        resourceType: 'user',
        resourceId: admin.id,
        after: personView(admin),
      });
      return 'made';
    });
  }
}
