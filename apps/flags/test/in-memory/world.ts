import type { Fact, FlagConfigPatch, FlagDraft, Origin } from '#libs/contracts';
import { CountingIds, FixedClock } from '#libs/testing';
import { UpdateConfig } from '../../src/application/configs/update-config.js';
import { EnvironmentDirectory, storeEnvironments } from '../../src/application/environments/environment-directory.js';
import { CreateFlag } from '../../src/application/flags/create-flag.js';
import type { Environment } from '../../src/domain/environment.js';
import { anAdmin, anEnvironment, FakeAccounts } from '../given.js';
import { InMemoryUnitOfWork } from './unit-of-work.js';

/** What use cases are constructed with, without servers, and what unit specs begin with. */
export function inMemoryWorld() {
  const [clock, ids, accounts] = [new FixedClock(), new CountingIds(), new FakeAccounts()];
  const uow = new InMemoryUnitOfWork(clock, ids);
  const directory = new EnvironmentDirectory(uow, accounts);
  const createFlag = new CreateFlag(uow, directory, ids, clock);
  const updateConfig = new UpdateConfig(directory, ids);
  const facts = (origin: Origin) => uow.takeFacts(origin.scope);
  return {
    clock,
    ids,
    accounts,
    uow,
    directory,
    /** Removes the queued facts of the origin's scope, and returns them in order. */
    facts,
    /** An organization with these environments. No facts are queued for it. */
    async organization(...environments: readonly (string | Partial<Environment>)[]): Promise<Origin> {
      const origin = anAdmin();
      for (const [position, given] of environments.entries()) {
        const fields = typeof given === 'string' ? { name: given } : given;
        const environment = anEnvironment(origin.scope, { position, ...fields });
        accounts.environments.push(environment);
        await uow.change(origin, (tx) => storeEnvironments(tx, [environment]));
      }
      facts(origin);
      return origin;
    },
    /** Default: a boolean flag. Its facts are not kept. */
    async flag(origin: Origin, key: string, draft: Partial<FlagDraft> = {}): Promise<string> {
      const { resource } = await createFlag.execute({ key, name: key, type: 'boolean', ...draft }, origin);
      facts(origin);
      return resource.id;
    },
    /** Writes the config of a flag. Its facts are not kept. */
    async config(origin: Origin, key: string, environment: string, patch: FlagConfigPatch): Promise<void> {
      await updateConfig.execute({ key, environment, patch }, origin);
      facts(origin);
    },
    /** The audit entry among facts. */
    auditIn: (queued: readonly Fact<Record<string, unknown>>[]) =>
      queued.find(({ type }) => type === 'audit.recorded')?.data,
  };
}
