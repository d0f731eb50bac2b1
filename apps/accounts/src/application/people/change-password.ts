import { AppError, type Clock } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { chosenPassword } from '../../domain/people/password.js';
import { changeUser, type User } from '../../domain/people/user.js';
import { callingUser } from './super-admins.js';
import type { FailureLimit, Hasher } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { userOrigin } from './user-origin.js';
import { auditRefusal } from '../sessions/audit-refusal.js';
import { endSessionsOf } from '../sessions/end-sessions.js';

type Command = CommandOf<typeof accountsRpc.changePassword>;

/** Ends every other session of the person, since it may have been opened by another person that knew the old password. */
export class ChangePassword {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly failures: FailureLimit,
    private readonly clock: Clock,
  ) {}

  async execute(command: Command, origin: Origin): Promise<AnswerOf<typeof accountsRpc.changePassword>> {
    const user = await this.#identified(command, origin);
    const passwordHash = await this.hasher.hash(chosenPassword(command.new, 'new'));

    return this.uow.acrossOrganizations(async (stores) => {
      const { users, outbox } = stores;
      const before = await users.lock(user.id);
      if (before.passwordHash !== user.passwordHash) throw wrongPassword(); // changed since it was compared
      const at = this.clock.now();
      await users.save(changeUser(before, { passwordHash }, at));
      const ended = await endSessionsOf(stores, { userId: user.id, keptId: command.session_id, at, origin });
      await outbox.audit(userOrigin(user, origin), {
        event: 'UserPasswordChanged',
        action: 'update',
        resourceType: 'user',
        resourceId: user.id,
        metadata: { ended_sessions: ended },
      });
      return { ended_sessions: ended };
    });
  }

  /** Wrong passwords count like failed sign-ins, so that a stolen session does not help to guess the password. */
  async #identified({ current, address }: Command, origin: Origin): Promise<User> {
    const user = await this.uow.acrossOrganizations((stores) => callingUser(stores, origin));
    if (user === undefined) throw new AppError('forbidden', 'Only people have passwords');
    const attempt = await this.failures.begin(`${user.email} ${address ?? origin.ip ?? 'password'}`);
    const right = await this.hasher.verify(user.passwordHash, current).catch(async (fault: unknown) => {
      await attempt.forget(); // a fault of the service is no wrong password
      throw fault;
    });
    if (!right) return this.#refuse(user, origin);
    await attempt.forget();
    return user;
  }

  async #refuse(user: User, origin: Origin): Promise<never> {
    await this.uow.acrossOrganizations(({ outbox }) =>
      auditRefusal(outbox, origin, { action: 'change_password', user }),
    );
    throw wrongPassword();
  }
}

function wrongPassword(): AppError {
  return new AppError('invalid_credentials', 'The current password is wrong', [
    { field: 'current', message: 'Is wrong' },
  ]);
}
