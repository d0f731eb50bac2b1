import { AppError } from '#libs/kernel';
import { systemOrigin, type AnswerOf, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { normalizedEmail } from '../domain/names.js';
import type { User } from '../domain/user.js';
import type { FailureLimit, Hasher, UnitOfWork } from './ports.js';
import type { Sessions } from './sessions.js';

type Command = CommandOf<typeof accountsRpc.signIn>;

/** Unknown address and wrong password are alike: same answer, same work, same count. */
export class SignIn {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly failures: FailureLimit,
    private readonly sessions: Sessions,
  ) {}

  async execute(command: Command, origin: Origin): Promise<AnswerOf<typeof accountsRpc.signIn>> {
    const email = normalizedEmail(command.email);
    const attempt = await this.failures.begin(`${email ?? ''} ${command.address}`);
    const { user, known } = await this.#identify(email, command.password).catch(async (fault: unknown) => {
      await attempt.forget(); // ours, not theirs
      throw fault;
    });
    if (user === undefined) return this.#refuse(known, origin);
    await attempt.forget();
    return this.#open(user, command.client_type, origin);
  }

  async #identify(email: string | undefined, password: string): Promise<{ known?: User; user?: User }> {
    const known = await this.uow.acrossOrganizations(({ users }) => users.findByEmail(email ?? ''));
    const right = await this.hasher.verify(known?.passwordHash, password);
    return { known, user: right ? known : undefined };
  }

  async #open(user: User, clientType: Command['client_type'], origin: Origin) {
    const { session, first } = this.sessions.begin(user, clientType);
    await this.uow.acrossOrganizations(async ({ sessions, outbox }) => {
      await sessions.open(session, first.stored);
      await outbox.audit(asUser(user, origin), {
        event: 'UserSignedIn',
        action: 'sign_in',
        resourceType: 'user',
        resourceId: user.id,
        metadata: { session_id: session.id, client_type: clientType },
      });
    });
    return this.sessions.pair(user, session, first);
  }

  /** The address that was tried is left out: people type passwords into the wrong field. */
  async #refuse(known: User | undefined, origin: Origin): Promise<never> {
    const system = systemOrigin('platform', origin.request_id);
    await this.uow.acrossOrganizations(({ outbox }) =>
      outbox.audit(
        { ...origin, ...system },
        {
          event: 'UserSignInFailed',
          action: 'sign_in',
          severity: 'warning',
          resourceType: 'user',
          resourceId: known?.id ?? 'unknown',
        },
      ),
    );
    throw new AppError('invalid_credentials', 'E-mail or password is wrong');
  }
}

/** Sessions belong to a person and to no organization. */
export function asUser(user: { readonly id: string; readonly email?: string }, origin: Origin): Origin {
  return { ...origin, scope: 'platform', actor: { type: 'user', id: user.id, name: user.email } };
}
