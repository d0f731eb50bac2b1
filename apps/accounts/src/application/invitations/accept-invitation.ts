import type { CommandOf, Origin, accountsRpc, AnswerOf } from '#libs/contracts';
import { networkOf } from '#libs/kernel';
import type { FailureLimit } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { invalidLink } from '../people/invalid-link.js';
import { tokenHash } from '../token-hash.js';
import type { MemberLinks } from './member-links.js';
import type { PlatformLinks } from './platform-links.js';

type Answer = AnswerOf<typeof accountsRpc.acceptInvitation>;

/** Opens a link: an organization's leads into that organization alone, a super admin's to the platform alone. */
export class AcceptInvitation {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly failures: FailureLimit,
    private readonly memberLinks: MemberLinks,
    private readonly platformLinks: PlatformLinks,
  ) {}

  async execute({ token, password }: CommandOf<typeof accountsRpc.acceptInvitation>, origin: Origin): Promise<Answer> {
    const hash = tokenHash(token);
    const link = await this.#find(hash, origin);
    const request = { hash, password, userId: origin.actor.type === 'user' ? origin.actor.id : undefined, origin };
    if (link.orgId === null) return this.platformLinks.accept(request);
    return this.memberLinks.accept({ ...request, orgId: link.orgId });
  }

  /** Unknown tokens count as failures of the network that sent them. */
  async #find(hash: string, { ip = 'unknown' }: Origin): Promise<{ readonly orgId: string | null }> {
    const attempt = await this.failures.begin(`accept ${networkOf(ip)}`);
    const find = this.uow.acrossOrganizations(({ directory }) => directory.linkOf(hash));
    const link = await find.catch(async (fault: unknown) => {
      await attempt.forget(); // a fault of the service is no wrong token
      throw fault;
    });
    if (link === undefined) throw invalidLink();
    await attempt.forget();
    return link;
  }
}
