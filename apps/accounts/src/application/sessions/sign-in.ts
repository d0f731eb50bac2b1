import { AppError } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, TokenPair, accountsRpc } from '#libs/contracts';
import { normalizedEmail } from '../../domain/names.js';
import { scopeClaim } from '../../domain/sessions/token-scope.js';
import type { User } from '../../domain/people/user.js';
import type { SessionIssuer, Terms } from './session-issuer.js';
import { useOf } from './use-of.js';
import type { FailureLimit, Hasher } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { userOrigin } from '../people/user-origin.js';
import { auditRefusal } from './audit-refusal.js';

type Command = CommandOf<typeof accountsRpc.signIn>;

/** An unknown address and a wrong password get the same answer, cost the same work and count the same. */
export class SignIn {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly failures: FailureLimit,
    private readonly issuer: SessionIssuer,
  ) {}

  async execute(command: Command, origin: Origin): Promise<AnswerOf<typeof accountsRpc.signIn>> {
    const email = normalizedEmail(command.email);
    const scope = scopeClaim(command.scope);
    const attempt = await this.failures.begin(`${email ?? ''} ${command.address}`);
    const { user, known } = await this.#identify(email, command.password).catch(async (fault: unknown) => {
      await attempt.forget(); // a fault of the service is no failed sign-in
      throw fault;
    });
    if (user === undefined) return this.#refuse(known, origin);
    await attempt.forget();
    const use = useOf(origin, command.address);
    const pair = await this.#open(user, { ...use, clientType: command.client_type, scope }, origin);
    return pair ?? this.#refuse(user, origin);
  }

  async #identify(email: string | undefined, password: string): Promise<{ known?: User; user?: User }> {
    const known = await this.uow.acrossOrganizations(({ users }) => users.findByEmail(email ?? ''));
    const right = await this.hasher.verify(known?.passwordHash, password);
    return { known, user: right ? known : undefined };
  }

  /** Opens nothing when the password was changed since it was compared: that change has already ended the other sessions. */
  async #open(user: User, terms: Terms, origin: Origin): Promise<TokenPair | undefined> {
    const { session, first } = this.issuer.begin(user, terms);
    const opened = await this.uow.acrossOrganizations(async ({ users, sessions, outbox }) => {
      if ((await users.lock(user.id)).passwordHash !== user.passwordHash) return false;
      await sessions.open(session, first.stored);
      await outbox.audit(userOrigin(user, origin), {
        event: 'UserSignedIn',
        action: 'sign_in',
        resourceType: 'user',
        resourceId: user.id,
        metadata: { session_id: session.id, client_type: terms.clientType },
      });
      return true;
    });
    return opened ? this.issuer.pair(user, session, first) : undefined;
  }

  async #refuse(known: User | undefined, origin: Origin): Promise<never> {
    await this.uow.acrossOrganizations(({ outbox }) =>
      auditRefusal(outbox, origin, { action: 'sign_in', user: known }),
    );
    throw new AppError('invalid_credentials', 'E-mail or password is wrong');
  }
}
