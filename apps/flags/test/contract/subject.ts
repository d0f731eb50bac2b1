import { parseVersion, type Fact, type Origin } from '#libs/contracts';
import type { FixedClock } from '#libs/testing';
import type { Change, UnitOfWork } from '../../src/application/ports/unit-of-work.js';
import { type Flag } from '../../src/domain/flags/flag.js';

import { keep } from './builders.js';

export interface ContractSubject {
  readonly uow: UnitOfWork;
  readonly clock: FixedClock;
  /** Removes the queued facts of the origin's scope, and returns them in order. */
  facts(origin: Origin): Promise<readonly Fact<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

/** Steps that the cases share, on a subject that is set up before they run. */
export function contractSteps(subject: () => ContractSubject) {
  /** A change that is kept, whatever the work does. */
  const change = async <T>(origin: Origin, work: (tx: Change) => Promise<T>): Promise<T> => {
    const { resource } = await subject().uow.change(origin, async (tx) => {
      keep(tx);
      return work(tx);
    });
    return resource;
  };
  const insertFlag = (origin: Origin, flag: Flag) => change(origin, (tx) => tx.flags.insert(flag));
  const findFlag = (origin: Origin, key: string) => subject().uow.read(origin.scope, ({ flags }) => flags.find(key));
  const versionAfter = async (origin: Origin) =>
    parseVersion((await subject().uow.change(origin, async (tx) => keep(tx))).ruleset_version)!;
  return { subject, change, insertFlag, findFlag, versionAfter };
}

export type ContractSteps = ReturnType<typeof contractSteps>;
