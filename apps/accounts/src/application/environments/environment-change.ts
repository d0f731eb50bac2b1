import type { Environment } from '../../domain/environments/environment.js';
import type { AuditEntry } from '../ports/unit-of-work.js';
import { viewOfEnvironment } from '../people/views.js';

/** The entry of a creation (no `before`), a change, or a deletion (no `after`). */
export function environmentAudit({ before, after }: { before?: Environment; after?: Environment }): AuditEntry {
  const { id, name } = (after ?? before)!;
  const [event, action] =
    before === undefined
      ? ['EnvironmentCreated', 'insert']
      : after === undefined
        ? ['EnvironmentDeleted', 'delete']
        : ['EnvironmentUpdated', 'update'];
  return {
    event,
    action,
    resourceType: 'environment',
    resourceId: id,
    resourceKey: name,
    environment: name,
    before: before && viewOfEnvironment(before),
    after: after && viewOfEnvironment(after),
  };
}
