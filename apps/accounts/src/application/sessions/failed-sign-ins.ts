import { Tallies } from '#libs/kernel';
import { PLATFORM, systemOrigin, type AuditDraft, type Origin } from '#libs/contracts';
import type { User } from '../../domain/people/user.js';
import type { Networks } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface FailedSignIn {
  /** `sign_in`, or where else a password was asked for. */
  readonly action: string;
  /** The account, when there is one. */
  readonly user?: User;
  /** The address that was typed. `undefined` when it is no e-mail address: people type passwords into the wrong field. */
  readonly email?: string;
  readonly network: string;
  readonly origin: Origin;
}

/** Bounds the memory, and the entries of one minute, when an attack comes from very many networks. */
const MAX_KINDS = 1_000;
const UNKNOWN = 'unknown';

/**
 * Audits wrong passwords, at most two entries a minute for each account and network: the first one at once, equal ones with their
 * count at the end of the minute. A flood must fill neither the log nor the hash chain. A crash loses at most the counts of a minute.
 */
export class FailedSignIns {
  readonly #tallies: Tallies<FailedSignIn>;

  constructor(
    uow: UnitOfWork,
    private readonly networks: Networks,
    onFailure: (error: unknown) => void,
  ) {
    const report = async (first: FailedSignIn, count: number): Promise<void> => {
      const { origin } = first;
      const system = { ...origin, ...systemOrigin(PLATFORM, origin.request_id) };
      await uow.acrossOrganizations(({ outbox }) => outbox.audit(system, entryOf(first, count)));
    };
    this.#tallies = new Tallies({ report, onFailure, maxKinds: MAX_KINDS });
  }

  /** Never rejects: the answer to a wrong password does not depend on its audit entry. */
  async note(failed: FailedSignIn): Promise<void> {
    const { action, user, network } = failed;
    this.networks.noteFailure(network);
    const key = `${action} ${user?.id ?? UNKNOWN} ${network}`;
    const { origin } = failed;
    const other = {
      key: `${action} ${UNKNOWN}`,
      item: { action, network: 'various', origin: { ...origin, ip: undefined } },
    };
    await this.#tallies.note({ key, item: failed }, other);
  }

  /** Reports the counts of the last minute. Never rejects. */
  endMinute(): Promise<void> {
    return this.#tallies.endPeriod();
  }
}

function entryOf({ action, user, email, network }: FailedSignIn, count: number): AuditDraft {
  return {
    event: 'UserSignInFailed',
    action,
    severity: 'warning',
    resourceType: 'user',
    resourceId: user?.id ?? UNKNOWN,
    metadata: { count, network, email },
  };
}
