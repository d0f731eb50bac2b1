import { PLATFORM, systemOrigin, type Origin } from '#libs/contracts';
import type { User } from '../../domain/people/user.js';
import type { FactOutbox } from '../ports/unit-of-work.js';

/** Audits a wrong password. The address that was typed is left out: people type passwords into the wrong field. */
export async function auditRefusal(
  outbox: FactOutbox,
  origin: Origin,
  { action, user }: { readonly action: string; readonly user?: User },
): Promise<void> {
  await outbox.audit(
    { ...origin, ...systemOrigin(PLATFORM, origin.request_id) },
    {
      event: 'UserSignInFailed',
      action,
      severity: 'warning',
      resourceType: 'user',
      resourceId: user?.id ?? 'unknown',
    },
  );
}
