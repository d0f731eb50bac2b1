import { flagsRpc, PLATFORM, type Origin, type Scope } from '#libs/contracts';
import { propagation, type PropagationView, type Receipts, type Version } from '../../domain/propagation.js';
import type { Services } from '../services.js';

/** Reads what evaluators reported about an organization. @throws AppError `store_unavailable` */
export type ReadReceipts = (orgId: string) => Promise<Receipts>;

/** Shows which evaluators and streams hold the newest version of an organization's ruleset. */
export class GetPropagation {
  constructor(
    private readonly services: Services,
    private readonly readReceipts: ReadReceipts,
  ) {}

  /** @throws AppError `store_unavailable`, `bus_unavailable` */
  async execute(origin: Origin): Promise<PropagationView> {
    const receipts = await this.readReceipts(origin.scope);
    // In this order a version that is published meanwhile makes the answer incomplete, never wrongly complete.
    const { versions } = await this.services.ask(flagsRpc.getVersions, { scopes: [PLATFORM, origin.scope] }, origin);
    return propagation(
      { platform: versionOf(PLATFORM, versions), organization: versionOf(origin.scope, versions) },
      receipts,
    );
  }
}

function versionOf(scope: Scope, versions: readonly (Version & { readonly scope: Scope })[]): Version {
  const version = versions.find((candidate) => candidate.scope === scope);
  if (version === undefined) throw new Error(`The flags service returned no version of the scope ${scope}`);
  return version;
}
