import type { FastifyRequest } from 'fastify';
import type { Membership, Role, SpecialPermission } from '#libs/contracts';

const at = '2026-01-01T00:00:00.000Z';
export const ORG = {
  id: '01900000-0000-7000-8000-00000000000a',
  slug: 'acme',
  name: 'Acme',
  capture_ip: false,
  event_retention_days: 365,
  version: 3,
  created_at: at,
  updated_at: at,
};
export const USER_ID = '01900000-0000-7000-8000-0000000000c1';

interface Wanted {
  readonly role: Role | null;
  readonly permissions?: readonly SpecialPermission[];
  readonly isSuperAdmin?: boolean;
  readonly userId?: string;
  readonly orgId?: string;
}

export function aMembership({
  role,
  permissions = [],
  isSuperAdmin = false,
  userId = USER_ID,
  orgId = ORG.id,
}: Wanted): Membership {
  return {
    organization: { ...ORG, id: orgId },
    user: { id: userId, email: 'ada@example.com', is_super_admin: isSuperAdmin },
    role,
    permissions,
  };
}

/** A request of Fastify, as far as guards and origins read it. */
export function aRequest(parts: Partial<FastifyRequest> = {}): FastifyRequest {
  const request = { id: 'req-1', ip: '192.0.2.1', method: 'GET', headers: {}, params: {}, ...parts };
  return request as FastifyRequest;
}
