import type { Role, SpecialPermission } from '#libs/contracts';
import { knownRights, type MemberRights } from '../members/member.js';
import { LINK_LIFE_MS } from '../people/invitation.js';

/**
 * Lets the holder of its link become a member of one organization, once, with these rights. The address only identifies the
 * invitation: it proves nothing about the person that holds the link.
 */
export interface MemberInvitation {
  readonly id: string;
  readonly orgId: string;
  readonly email: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
  /** SHA-256, base64url: the token is 256 random bits, so a slow hash would add nothing. */
  readonly tokenHash: string;
  /** The link works while this person may invite. */
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
  /** The account that used the link. */
  readonly acceptedBy?: string;
}

export interface InvitationTerms extends MemberRights {
  readonly email: string;
}

interface InvitationIdentity {
  readonly id: string;
  readonly orgId: string;
  readonly tokenHash: string;
  readonly invitedBy: string;
}

/** @throws AppError `invalid_type` */
export function inviteMember(
  { email, ...rights }: InvitationTerms,
  given: InvitationIdentity,
  at: Date,
): MemberInvitation {
  return { ...given, email, ...knownRights(rights), createdAt: at, updatedAt: at, expiresAt: expiry(at) };
}

/** The same invitation with another link and other rights: the earlier link ends. */
export function renewInvitation(before: MemberInvitation, renewed: MemberInvitation): MemberInvitation {
  return { ...renewed, id: before.id, createdAt: before.createdAt };
}

export function isWaiting({ acceptedBy, expiresAt }: MemberInvitation, at: Date): boolean {
  return acceptedBy === undefined && at < expiresAt;
}

function expiry(at: Date): Date {
  return new Date(at.getTime() + LINK_LIFE_MS);
}
