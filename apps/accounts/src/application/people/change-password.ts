import { AppError, type Clock } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { chosenPassword } from '../../domain/people/password.js';
import { canSignIn, changeUser, type User } from '../../domain/people/user.js';
import { callingUser } from './super-admins.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { userOrigin } from './user-origin.js';
import { endSessionsOf } from '../sessions/end-sessions.js';
import { matchPassword } from '../sessions/password-match.js';
import type { SignInChecks } from '../sessions/sign-in.js';

type Command = CommandOf<typeof accountsRpc.changePassword>;

/** Ends every other session of the person, since it may have been opened by another person that knew the old password. */
export class ChangePassword {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly checks: SignInChecks,
    private readonly clock: Clock,
  ) {}

  async execute(command: Command, origin: Origin): Promise<AnswerOf<typeof accountsRpc.changePassword>> {
    const user = await this.#identified(command, origin);
    const passwordHash = await this.checks.hasher.hash(chosenPassword(command.new, 'new'), 'known');

    return this.uow.acrossOrganizations(async (stores) => {
      const { users, outbox } = stores;
      const before = await users.lock(user.id);
      if (!canSignIn(before)) throw forbidden(); // locked since it was compared
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
    if (user === undefined || !canSignIn(user)) throw forbidden();
    const { failures, hasher, networks, failedSignIns } = this.checks;
    const network = networks.of(address ?? origin.ip ?? '');
    const attempt = await failures.begin(`${user.email} ${network}`);
    const match = await matchPassword(hasher, user.passwordHash, current, 'known').catch(async (fault: unknown) => {
      await attempt.forget(); // a fault of the service is no wrong password
      throw fault;
    });
    if (match === 'wrong') {
      await failedSignIns.note({ action: 'change_password', user, email: user.email, network, origin });
      throw wrongPassword();
    }
    await attempt.forget();
    return user;
  }
}

function forbidden(): AppError {
  return new AppError('forbidden', 'Only people that can sign in change their password');
}

function wrongPassword(): AppError {
  return new AppError('invalid_credentials', 'The current password is wrong', [
    { field: 'current', message: 'Is wrong' },
  ]);
}
