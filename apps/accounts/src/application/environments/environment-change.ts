import {
  EnvironmentCreatedV1,
  EnvironmentDeletedV1,
  EnvironmentUpdatedV1,
  type AuditDraft,
  type FactDraft,
  type FactOf,
  type FactType,
  type Origin,
} from '#libs/contracts';
import type { Environment } from '../../domain/environments/environment.js';
import { auditOfChange, type Change } from '../record-change.js';
import { environmentView } from './environment-view.js';

type EnvironmentData = FactOf<typeof EnvironmentCreatedV1>['data'];

const events = {
  insert: 'EnvironmentCreated',
  update: 'EnvironmentUpdated',
  delete: 'EnvironmentDeleted',
} as const;

export function environmentCreated(origin: Origin, after: Environment): Change<EnvironmentData> {
  return { fact: environmentFact(EnvironmentCreatedV1, origin, after), audit: environmentAudit({ after }) };
}

export function environmentUpdated(origin: Origin, before: Environment, after: Environment): Change<EnvironmentData> {
  return { fact: environmentFact(EnvironmentUpdatedV1, origin, after), audit: environmentAudit({ before, after }) };
}

/** `last`: the version that the deletion makes. */
export function environmentDeleted(origin: Origin, before: Environment, last: Environment): Change<EnvironmentData> {
  return { fact: environmentFact(EnvironmentDeletedV1, origin, last), audit: environmentAudit({ before }) };
}

/** Facts of creations and updates hold the current state, facts of deletions the last one. */
function environmentFact(
  type: FactType<EnvironmentData>,
  origin: Origin,
  environment: Environment,
): FactDraft<EnvironmentData> {
  const { id, name, color, position, version } = environment;
  const data = { environment_id: id, name, color: color ?? null, protected: environment.protected, position, version };
  return type.of(origin, data, id);
}

function environmentAudit({ before, after }: { before?: Environment; after?: Environment }): AuditDraft {
  const { id, name } = (after ?? before)!;
  return auditOfChange(
    { events, resourceType: 'environment', resourceId: id, resourceKey: name, environment: name, environmentId: id },
    { before: before && environmentView(before), after: after && environmentView(after) },
  );
}
