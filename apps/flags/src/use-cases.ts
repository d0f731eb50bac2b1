import type { FactoryProvider, Type } from '@nestjs/common';
import { Clock, Ids } from '#libs/kernel';
import { ActivateKillSwitch } from './application/activate-kill-switch.js';
import { ArchiveFlag } from './application/archive-flag.js';
import { ArchiveFlags } from './application/archive-flags.js';
import { CopyConfig } from './application/copy-config.js';
import { CreateFlag } from './application/create-flag.js';
import { CreateFlags } from './application/create-flags.js';
import { CreateKillSwitch } from './application/create-kill-switch.js';
import { CreateSegment } from './application/create-segment.js';
import { CreateStrategy } from './application/create-strategy.js';
import { DeactivateKillSwitch } from './application/deactivate-kill-switch.js';
import { DeleteFlag } from './application/delete-flag.js';
import { DeleteKillSwitch } from './application/delete-kill-switch.js';
import { DeleteSegment } from './application/delete-segment.js';
import { DeleteStrategy } from './application/delete-strategy.js';
import { EnvironmentDirectory } from './application/environment-directory.js';
import { GetConfig } from './application/get-config.js';
import { GetFlag } from './application/get-flag.js';
import { GetKillSwitch } from './application/get-kill-switch.js';
import { GetRuleset } from './application/get-ruleset.js';
import { GetSegment } from './application/get-segment.js';
import { GetStrategy } from './application/get-strategy.js';
import { GetVersions } from './application/get-versions.js';
import { GuardLifetime } from './application/guard-lifetime.js';
import { LearnEnvironment } from './application/learn-environment.js';
import { ListConfigs } from './application/list-configs.js';
import { ListFlags } from './application/list-flags.js';
import { ListHistory } from './application/list-history.js';
import { ListKillSwitches } from './application/list-kill-switches.js';
import { ListSegments } from './application/list-segments.js';
import { ListStrategies } from './application/list-strategies.js';
import { RestoreFlag } from './application/restore-flag.js';
import { RollbackFlag } from './application/rollback-flag.js';
import { PurgeDeleted } from './application/purge-deleted.js';
import { TakeScheduledSteps } from './application/take-scheduled-steps.js';
import { UpdateConfig } from './application/update-config.js';
import { UpdateFlag } from './application/update-flag.js';
import { UpdateKillSwitch } from './application/update-kill-switch.js';
import { UpdateSegment } from './application/update-segment.js';
import { UpdateStrategy } from './application/update-strategy.js';
import {
  Accounts,
  History,
  Lifetime,
  Lists,
  Remains,
  RulesetRefresh,
  Rulesets,
  Schedules,
  UnitOfWork,
} from './application/ports.js';
import { made } from '#libs/service';

const changesByUnitOfWork: readonly Type[] = [
  UpdateFlag, ArchiveFlag, ArchiveFlags, DeleteFlag, RestoreFlag, GetFlag, GetKillSwitch, UpdateKillSwitch, DeleteKillSwitch, ActivateKillSwitch,
  DeactivateKillSwitch, LearnEnvironment, GetStrategy, UpdateStrategy, DeleteStrategy, GetSegment, UpdateSegment, DeleteSegment,
] as never; // prettier-ignore

/** Who does what, and with what. */
export const useCases: readonly FactoryProvider[] = [
  made(EnvironmentDirectory, [UnitOfWork, Accounts]),
  ...changesByUnitOfWork.map((type) => made(type, [UnitOfWork])),
  made(CreateFlag, [UnitOfWork, EnvironmentDirectory, Ids, Clock]),
  made(CreateFlags, [UnitOfWork, EnvironmentDirectory, Ids, Clock]),
  made(ListHistory, [UnitOfWork, History]),
  made(RollbackFlag, [UnitOfWork, EnvironmentDirectory, Ids]),
  made(ListFlags, [Lists]),
  made(ListConfigs, [UnitOfWork, EnvironmentDirectory]),
  made(GetConfig, [UnitOfWork, EnvironmentDirectory]),
  made(UpdateConfig, [UnitOfWork, EnvironmentDirectory, Ids]),
  made(CopyConfig, [UnitOfWork, EnvironmentDirectory, Ids]),
  made(CreateStrategy, [UnitOfWork, Ids, Clock]),
  made(ListStrategies, [Lists]),
  made(CreateSegment, [UnitOfWork, Ids, Clock]),
  made(ListSegments, [Lists]),
  made(CreateKillSwitch, [UnitOfWork, Ids, Clock]),
  made(ListKillSwitches, [Lists]),
  made(TakeScheduledSteps, [UnitOfWork, Schedules, Clock, Ids]),
  made(PurgeDeleted, [Remains, Clock]),
  made(GetRuleset, [Rulesets, RulesetRefresh]),
  made(GetVersions, [Rulesets]),
  made(GuardLifetime, [Lifetime, Rulesets, RulesetRefresh, Clock]),
];
