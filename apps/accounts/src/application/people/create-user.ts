import { AppError, type Clock, type Ids, invalid } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { invite } from '../../domain/people/invitation.js';
import { normalizedEmail } from '../../domain/names.js';
import { chosenPassword } from '../../domain/people/password.js';
import { changeUser, isPending, newUser, type User } from '../../domain/people/user.js';
import { assertSuperAdmin } from './super-admins.js';
import type { Entropy, Hasher } from '../ports/secrets.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';
import { personView } from './person-view.js';

type Command = CommandOf<typeof accountsRpc.createUser>;
type CreatedUser = AnswerOf<typeof accountsRpc.createUser>;
interface NewPerson {
  readonly email: string;
  readonly passwordHash?: string;
  readonly isSuperAdmin: boolean;
}

/** For super admins: creates a person with a password, or with an invitation. Only the answer holds the token. */
export class CreateUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly entropy: Entropy,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async execute(command: Command, origin: Origin): Promise<CreatedUser> {
    const email = normalizedEmail(command.email);
    if (email === undefined) throw invalid('invalid_email', 'email', 'This is no e-mail address');
    const password = command.password === undefined ? undefined : chosenPassword(command.password);
    const by = await this.uow.acrossOrganizations((stores) => assertSuperAdmin(stores, origin));
    const passwordHash = password === undefined ? undefined : await this.hasher.hash(password);
    const person = { email, passwordHash, isSuperAdmin: command.is_super_admin ?? false };
    return this.uow.acrossOrganizations((stores) => this.#make(stores, { person, by, origin }));
  }

  async #make(stores: PlatformStores, { person, by, origin }: { person: NewPerson; by: User; origin: Origin }) {
    await assertSuperAdmin(stores, origin); // the password was hashed meanwhile
    const { before, after } = await this.#save(stores, person, by);
    const invitation = isPending(after) ? await this.#invite(stores, after) : undefined;
    await stores.outbox.audit(origin, {
      event: 'UserInvited',
      action: before === undefined ? 'insert' : 'update',
      resourceType: 'user',
      resourceId: after.id,
      before: before && personView(before),
      after: personView(after),
    });
    return { ...personView(after), ...invitation };
  }

  async #save({ users }: PlatformStores, person: NewPerson, by: User): Promise<{ before?: User; after: User }> {
    const at = this.clock.now();
    if ((await users.findByEmail(person.email)) !== undefined) throw taken();
    const pending = person.passwordHash === undefined ? await users.findPending(person.email) : undefined;
    if (pending === undefined) {
      const after = newUser({ ...person, id: this.ids.next(), invitedBy: by.id }, at);
      await users.add(after);
      return { after };
    }
    const before = await users.lock(pending.id);
    if (!isPending(before) || before.isSuperAdmin !== person.isSuperAdmin) throw taken();
    const after = changeUser(before, { invitedBy: by.id }, at);
    await users.save(after);
    return { before, after };
  }

  async #invite({ invitations }: PlatformStores, user: User) {
    const token = this.entropy.linkToken();
    const identity = { id: this.ids.next(), userId: user.id, tokenHash: tokenHash(token) };
    const invitation = invite(identity, user.updatedAt);
    await invitations.replace(invitation);
    return { invite_token: token, invite_expires_at: invitation.expiresAt.toISOString() };
  }
}

function taken(): AppError {
  return new AppError('already_exists', 'Another user has this address', [{ field: 'email', message: 'Is taken' }]);
}
