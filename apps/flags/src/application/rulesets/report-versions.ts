import type { ScopeVersion } from '#libs/contracts';
import type { EpochStore } from '../ports/epoch.js';

/** An evaluator holds versions that the database did not confirm: a new epoch begins if the database lacks them. */
export class ReportVersions {
  constructor(private readonly epochs: EpochStore) {}

  async execute({ held }: { held: readonly ScopeVersion[] }): Promise<{ epoch: string }> {
    return { epoch: await this.epochs.renewIfBehind(held) };
  }
}
