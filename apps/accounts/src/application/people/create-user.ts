import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { invite } from '../../domain/people/invitation.js';
import { normalizedEmail } from '../../domain/names.js';
import { chosenPassword } from '../../domain/people/password.js';
import { changeUser, isPending, newUser, type User } from '../../domain/people/user.js';
import { askingPerson } from './super-admins.js';
import { invalid } from '../../domain/invalid.js';
import type { Entropy, Hasher } from '../ports/secrets.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';
import { personView } from './person-view.js';

type Command = CommandOf<typeof accountsRpc.createUser>;
type CreatedUser = AnswerOf<typeof accountsRpc.createUser>;
interface Wish {
  readonly email: string;
  readonly passwordHash?: string;
  readonly isSuperAdmin: boolean;
}

/** Makes a person: with a password, or with an invitation whose token is in the answer and nowhere else. */
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
    const by = await this.uow.acrossOrganizations((stores) => authorized(stores, command, origin));
    const passwordHash = password === undefined ? undefined : await this.hasher.hash(password);
    const wish = { email, passwordHash, isSuperAdmin: command.is_super_admin ?? false };
    return this.uow.acrossOrganizations((stores) => this.#make(stores, { wish, by, origin }));
  }

  async #make(stores: PlatformStores, { wish, by, origin }: { wish: Wish; by: User; origin: Origin }) {
    const { before, after } = await this.#save(stores, wish, by);
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

  async #save({ users }: PlatformStores, wish: Wish, by: User): Promise<{ before?: User; after: User }> {
    const at = this.clock.now();
    const known = await users.findByEmail(wish.email);
    if (known === undefined) {
      const after = newUser({ ...wish, id: this.ids.next(), invitedBy: by.id }, at);
      await users.add(after);
      return { after };
    }
    const before = await users.lock(known.id);
    if (!mayInviteAgain(before, wish, by)) throw taken();
    const after = changeUser(before, { invitedBy: by.id }, at);
    await users.save(after);
    return { before, after };
  }

  async #invite({ invitations }: PlatformStores, user: User) {
    const token = this.entropy.linkToken();
    const who = { id: this.ids.next(), userId: user.id, tokenHash: tokenHash(token) };
    const invitation = invite(who, user.updatedAt);
    await invitations.replace(invitation);
    return { invite_token: token, invite_expires_at: invitation.expiresAt.toISOString() };
  }
}

/** @throws AppError `forbidden` */
async function authorized(stores: PlatformStores, command: Command, origin: Origin): Promise<User> {
  const user = await askingPerson(stores, origin);
  if (user?.isSuperAdmin === true) return user;
  const asksForMore = command.password !== undefined || command.is_super_admin === true;
  const orgId = origin.scope === 'platform' ? undefined : origin.scope;
  if (user !== undefined && !asksForMore && (await stores.directory.isAdmin(user.id, orgId))) return user;
  throw new AppError('forbidden', 'Admins of an organization invite people; all else is for super admins');
}

/** Whoever gets the token of somebody can become them: so it goes to nobody who could not have invited them first. */
function mayInviteAgain(known: User, wish: Wish, by: User): boolean {
  const samePerson = isPending(known) && wish.passwordHash === undefined && wish.isSuperAdmin === known.isSuperAdmin;
  return samePerson && (by.isSuperAdmin || (known.invitedBy === by.id && !known.isSuperAdmin));
}

function taken(): AppError {
  return new AppError('already_exists', 'Somebody has this address already', [{ field: 'email', message: 'Is taken' }]);
}
