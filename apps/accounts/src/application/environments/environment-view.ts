import type { EnvironmentView } from '#libs/contracts';
import type { Environment } from '../../domain/environments/environment.js';

export function environmentView(environment: Environment): EnvironmentView {
  const { id, orgId, name, color = null, position, version, createdAt, updatedAt } = environment;
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return { id, org_id: orgId, name, color, protected: environment.protected, position, version, ...times };
}
