import type { Origin } from '#libs/contracts';
import type { Environment } from '../../domain/environment.js';

/** The service that owns environments: asked for those that flags does not know yet. */
export interface Accounts {
  /** `environment` is a name or an id. @throws AppError `not_found`, `bus_unavailable` */
  getEnvironment(environment: string, origin: Origin): Promise<Environment>;
  listEnvironments(origin: Origin): Promise<readonly Environment[]>;
}
