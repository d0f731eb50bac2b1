import { systemOrigin } from '#libs/contracts';
import type { Ids } from '#libs/kernel';
import { flagDocument } from '../../domain/documents.js';
import { find } from '../find.js';
import type { EnvironmentRef, Leftovers } from '../ports/leftovers.js';
import type { Change, UnitOfWork } from '../ports/unit-of-work.js';

/** Bounds of one transaction. Its delta holds a document per flag, at most one of them beyond the bytes. */
const MAX_FLAGS = 50;
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * Removes the configs of deleted environments from the flags, so that they take no room in their documents and no memory in
 * evaluators. Each batch is one transaction with one delta; a run that was interrupted is continued by the next. The history
 * keeps the states.
 */
export class RemoveDeadConfigs {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly leftovers: Leftovers,
    private readonly ids: Ids,
  ) {}

  /** Does nothing for an environment that is not deleted. */
  async execute({ scope, id }: EnvironmentRef): Promise<void> {
    const origin = systemOrigin(scope, this.ids.next());
    while ((await this.uow.change(origin, (tx) => removeBatch(tx, id))).resource);
  }

  /** All that deleted environments left behind: deletions that were interrupted, or made by an earlier release. */
  async sweep(): Promise<void> {
    for (const environment of await this.leftovers.environments()) await this.execute(environment);
  }
}

/** Returns whether there may be more. */
async function removeBatch(tx: Change, environment: string): Promise<boolean> {
  if ((await tx.environments.findById(environment))?.isDeleted !== true) return false;
  const flags = await tx.configs.flagsIn(environment, MAX_FLAGS);
  const removed: string[] = [];
  for (let bytes = 0; bytes < MAX_BYTES && removed.length < flags.length;) {
    const { id, key } = flags[removed.length]!;
    bytes += await putWithout(tx, key, environment);
    removed.push(id);
  }
  if (removed.length > 0) await tx.configs.remove(environment, removed);
  return removed.length > 0;
}

/** Returns the size of the flag's new document. */
async function putWithout(tx: Change, key: string, environment: string): Promise<number> {
  const flag = await find(tx.flags, 'flag', key);
  const kept = (await tx.configs.ofFlag(flag.id)).filter((config) => config.environment !== environment);
  const document = flagDocument(flag, kept);
  tx.ruleset.put(document);
  return Buffer.byteLength(JSON.stringify(document));
}
