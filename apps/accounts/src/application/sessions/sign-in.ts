import { AppError } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, TokenPair, accountsRpc } from '#libs/contracts';
import { normalizedEmail } from '../../domain/names.js';
import { scopeClaim } from '../../domain/sessions/token-scope.js';
import { passwordForms } from '../../domain/people/password.js';
import { canSignIn, changeUser, type User } from '../../domain/people/user.js';
import type { SessionIssuer, Terms } from './session-issuer.js';
import { useOf } from './use-of.js';
import type { FailureLimit, Hasher, HashRank, Networks } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { matchPassword, type PasswordMatch } from './password-match.js';
import { userOrigin } from '../people/user-origin.js';
import type { FailedSignIn, FailedSignIns } from './failed-sign-ins.js';

type Command = CommandOf<typeof accountsRpc.signIn>;

/** The id of no user. */
const UNKNOWN_USER = '00000000-0000-0000-0000-000000000000';

/** The parts of the check of a password. */
export interface SignInChecks {
  readonly hasher: Hasher;
  readonly failures: FailureLimit;
  readonly networks: Networks;
  readonly failedSignIns: FailedSignIns;
}

/** An unknown address and a wrong password get the same answer, cost the same work and count the same. */
export class SignIn {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly checks: SignInChecks,
    private readonly issuer: SessionIssuer,
  ) {}

  async execute(command: Command, origin: Origin): Promise<AnswerOf<typeof accountsRpc.signIn>> {
    const email = normalizedEmail(command.email);
    const scope = scopeClaim(command.scope);
    const network = this.checks.networks.of(command.address);
    const attempt = await this.checks.failures.begin(`${email ?? ''} ${network}`);
    const { known, match } = await this.#identify({ email, command, network }).catch(async (fault: unknown) => {
      await attempt.forget(); // a fault of the service is no failed sign-in
      throw fault;
    });
    const failed = { action: 'sign_in', user: known, email, network, origin };
    if (known === undefined || match === 'wrong' || !canSignIn(known)) return this.#refuse(failed);
    await attempt.forget();
    const renewedHash = match === 'outdated' ? await this.#renewedHash(command.password) : undefined;
    const terms = { ...useOf(origin, command.address), clientType: command.client_type, scope };
    const pair = await this.#open(known, { terms, renewedHash }, origin);
    return pair ?? this.#refuse(failed);
  }

  async #identify({ email, command, network }: Claim): Promise<{ known?: User; match: PasswordMatch }> {
    const { networks, hasher } = this.checks;
    const typed = command.email.trim().toLowerCase();
    const { known, usedFrom } = await this.uow.acrossOrganizations(async ({ users, sessions }) => {
      const byEmail = await users.findByEmail(email ?? typed);
      // Addresses that were stored before they were normalized go on working as they were typed then.
      const found = byEmail ?? (email === typed ? undefined : await users.findByEmail(typed));
      // Asked for unknown addresses too, so that the time of the answer does not reveal them.
      return { known: found, usedFrom: await sessions.addressesOf(found?.id ?? UNKNOWN_USER) };
    });
    const rank = rankOf(network, usedFrom, networks);
    return { known, match: await matchPassword(hasher, known?.passwordHash, command.password, rank) };
  }

  #renewedHash(password: string): Promise<string> {
    const [composed = password] = passwordForms(password);
    return this.checks.hasher.hash(composed, 'known');
  }

  /** Opens nothing when the password was changed, or the person locked or deleted, since it was compared: that ended the sessions. */
  async #open(user: User, { terms, renewedHash }: Opening, origin: Origin): Promise<TokenPair | undefined> {
    const { session, first } = this.issuer.begin(user, terms);
    const opened = await this.uow.acrossOrganizations(async ({ users, sessions, outbox }) => {
      const before = await users.lockAny(user.id);
      if (before === undefined || before.passwordHash !== user.passwordHash || !canSignIn(before)) return false;
      if (renewedHash !== undefined)
        await users.save(changeUser(before, { passwordHash: renewedHash }, session.createdAt));
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

  async #refuse(failed: FailedSignIn): Promise<never> {
    await this.checks.failedSignIns.note(failed);
    throw new AppError('invalid_credentials', 'E-mail or password is wrong');
  }
}

interface Claim {
  readonly email: string | undefined;
  readonly command: Command;
  readonly network: string;
}
interface Opening {
  readonly terms: Terms;
  /** Replaces a hash of the password as it was typed. */
  readonly renewedHash?: string;
}

/** @param usedFrom addresses that the account was used from before */
function rankOf(network: string, usedFrom: readonly string[], networks: Networks): HashRank {
  if (usedFrom.some((address) => networks.of(address) === network)) return 'known';
  return networks.hasFailed(network) ? 'suspect' : 'usual';
}
