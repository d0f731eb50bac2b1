import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { AcceptedView, Origin } from '#libs/contracts';
import { isWaiting, type MemberInvitation } from '../../domain/invitations/member-invitation.js';
import { newMember, type Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';
import { canSignIn, newUser, type User } from '../../domain/people/user.js';
import { memberAdded } from '../members/member-change.js';
import { invalidLink } from '../people/invalid-link.js';
import { personView, userView } from '../people/person-view.js';
import { userOrigin } from '../people/user-origin.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { Hasher } from '../ports/secrets.js';
import type { OrganizationStores, PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { assertQuota } from '../quota.js';
import { recordChange } from '../record-change.js';
import { accountExists, newPassword, type LinkRequest } from './link-request.js';

type Stores = OrganizationStores & PlatformStores;
type MemberLinkRequest = LinkRequest & { readonly orgId: string };
interface Opened {
  readonly organization: Organization;
  readonly invitation: MemberInvitation;
}

/**
 * The links of organizations. The holder of one becomes a member of that organization: with an access token that account, else
 * a new account with the invited address. All of it happens under the lock of the organization.
 */
export class MemberLinks {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policy: AccountsPolicy,
  ) {}

  accept(request: MemberLinkRequest): Promise<AcceptedView> {
    return request.userId === undefined ? this.#asNew(request) : this.#asAccount(request, request.userId);
  }

  #asAccount({ orgId, hash, origin }: MemberLinkRequest, userId: string): Promise<AcceptedView> {
    return this.uow.inOrganizationWithPeople(orgId, async (stores) => {
      const opened = await this.#open(stores, hash);
      const user = await lockAccount(stores, userId);
      const member = await stores.members.find(user.id);
      const { acceptedBy } = opened.invitation;
      // The answer was lost and the request came again; a removed member does not come back by an old link.
      if (acceptedBy === user.id && member !== undefined) return acceptedView(user, opened, member);
      await this.#assertUsable(stores, opened);
      if (member !== undefined)
        throw new AppError('already_exists', 'You are a member of the organization already: the link stays valid');
      return this.#join(stores, opened, { user, origin });
    });
  }

  async #asNew(request: MemberLinkRequest): Promise<AcceptedView> {
    const { orgId, hash, origin } = request;
    const password = newPassword(request);
    await this.uow.inOrganizationWithPeople(orgId, (stores) => this.#assertFree(stores, hash)); // before the slow hash
    const passwordHash = await this.hasher.hash(password);
    return this.uow.inOrganizationWithPeople(orgId, async (stores) => {
      const opened = await this.#assertFree(stores, hash);
      const { email, invitedBy } = opened.invitation;
      const given = { id: this.ids.next(), email, passwordHash, isSuperAdmin: false, invitedBy };
      const user = newUser(given, this.clock.now());
      await stores.users.add(user);
      await stores.outbox.audit(userOrigin(user, origin), userCreated(user));
      return this.#join(stores, opened, { user, origin });
    });
  }

  /** The usable invitation of an address without an account. */
  async #assertFree(stores: Stores, hash: string): Promise<Opened> {
    const opened = await this.#open(stores, hash);
    await this.#assertUsable(stores, opened);
    if ((await stores.users.findByEmail(opened.invitation.email)) !== undefined) throw accountExists();
    return opened;
  }

  async #open({ organizations, memberInvitations }: Stores, hash: string): Promise<Opened> {
    const organization = await organizations.lock();
    const invitation = await memberInvitations.findByToken(hash);
    if (invitation === undefined) throw invalidLink();
    return { organization, invitation };
  }

  /** A link ends with the rights of the person that made it, so that a removed admin keeps no way back. */
  async #assertUsable({ directory }: Stores, { invitation }: Opened): Promise<void> {
    const { invitedBy, orgId } = invitation;
    if (!isWaiting(invitation, this.clock.now()) || !(await directory.mayInvite(invitedBy, orgId))) throw invalidLink();
  }

  async #join(stores: Stores, { organization, invitation }: Opened, { user, origin }: Joining): Promise<AcceptedView> {
    const { members, memberInvitations, outbox } = stores;
    assertQuota('members', this.policy.quotas.members, await members.count());
    const identity = { id: this.ids.next(), orgId: organization.id, userId: user.id, invitedAs: invitation.email };
    const member = newMember(invitation, identity, this.clock.now());

    await members.add(member);
    await memberInvitations.accept(invitation.id, user.id, member.createdAt);
    const by = { ...userOrigin(user, origin), scope: organization.id };
    const { fact, audit } = memberAdded(by, member);
    const metadata = { invitation_id: invitation.id, invited_by: invitation.invitedBy };
    await recordChange(outbox, by, { fact, audit: { ...audit, metadata } });
    return acceptedView(user, { organization, invitation }, member);
  }
}

interface Joining {
  readonly user: User;
  readonly origin: Origin;
}

/** @throws AppError `invalid_token` for an account that does not exist any more or is locked */
export async function lockAccount({ users }: PlatformStores, userId: string): Promise<User> {
  const user = await users.lockAny(userId);
  if (user !== undefined && canSignIn(user)) return user;
  throw new AppError('invalid_token', 'The person of the access token cannot sign in any more');
}

function acceptedView(user: User, { organization }: Opened, { role, permissions }: Member): AcceptedView {
  const { id, slug, name } = organization;
  return { ...userView(user), organization: { id, slug, name, role, permissions } };
}

function userCreated(user: User) {
  const resource = { resourceType: 'user', resourceId: user.id };
  return { event: 'UserActivated', action: 'accept', ...resource, after: personView(user) };
}
