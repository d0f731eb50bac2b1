import { flagsRpc, type FlagView, type KillSwitchView, type Written } from '#libs/contracts';
import { AppError, checkVersion, type SeenVersions } from '#libs/kernel';
import * as examples from '../../src/openapi/examples.js';
import type { FakeState } from './fake-state.js';
import type { InMemoryServices } from './in-memory-services.js';

type WrittenFlag = Written<FlagView>;
const written = (resource: FlagView): WrittenFlag => ({ resource, ruleset_version: '0mb8f2k1x.4.17' });

/** Flags with versions, and configs by example. */
export function answerFlags(services: InMemoryServices & FakeState): void {
  const { flags } = services;
  services
    .answer(flagsRpc.createFlag, ({ key, name }) => {
      flags.set(key, { ...examples.flag, key, name });
      return written(find(flags, key));
    })
    .answer(flagsRpc.listFlags, () => examples.page(examples.flagListItem))
    .answer(flagsRpc.getFlag, ({ key }) => find(flags, key))
    .answer(flagsRpc.updateFlag, ({ key, patch, if_version }) => change(flags, { key, patch, if_version }))
    .answer(flagsRpc.archiveFlag, ({ key, if_version }) =>
      change(flags, { key, patch: { archived_at: '2026-01-01T00:00:00.000Z' }, if_version }),
    )
    .answer(flagsRpc.restoreFlag, ({ key, if_version }) =>
      change(flags, { key, patch: { archived_at: null }, if_version }),
    )
    .answer(flagsRpc.listConfigs, () => ({ data: [examples.flagConfig] }))
    .answer(flagsRpc.getConfig, () => ({ ...examples.flagConfig, version: 0 }))
    .answer(flagsRpc.updateConfig, () => ({ resource: examples.flagConfig, ruleset_version: '0mb8f2k1x.4.18' }));
}

export function answerKillSwitches(services: InMemoryServices & FakeState): void {
  const written = (resource: KillSwitchView) => ({ resource, ruleset_version: '0mb8f2k1x.4.19' });
  services
    .answer(flagsRpc.listKillSwitches, () => examples.page(examples.killSwitch))
    .answer(flagsRpc.createKillSwitch, ({ key }) => written({ ...examples.killSwitch, key }))
    .answer(flagsRpc.getKillSwitch, () => examples.killSwitch)
    .answer(flagsRpc.updateKillSwitch, () => written(examples.killSwitch))
    .answer(flagsRpc.deleteKillSwitch, () => written(examples.killSwitch))
    .answer(flagsRpc.activateKillSwitch, () => written(examples.activeKillSwitch))
    .answer(flagsRpc.deactivateKillSwitch, () => written(examples.killSwitch));
}

interface Change {
  readonly key: string;
  readonly patch: object;
  readonly if_version?: SeenVersions;
}

function change(flags: Map<string, FlagView>, { key, patch, if_version }: Change): WrittenFlag {
  const flag = find(flags, key);
  checkVersion(`The flag ${key}`, flag.version, if_version);
  const changed = { ...flag, ...patch, version: flag.version + 1 };
  flags.set(key, changed);
  return written(changed);
}

function find(flags: ReadonlyMap<string, FlagView>, key: string): FlagView {
  const flag = flags.get(key);
  if (flag === undefined) throw new AppError('not_found', 'No such flag');
  return flag;
}
