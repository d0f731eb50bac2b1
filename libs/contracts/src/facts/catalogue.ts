import { ApiKeyCreatedV1, ApiKeyRevokedV1, ApiKeyUsedV1 } from './accounts/api-key.v1.js';
import { EnvironmentCreatedV1, EnvironmentDeletedV1, EnvironmentUpdatedV1 } from './accounts/environment.v1.js';
import { MemberAddedV1, MemberRemovedV1, MemberUpdatedV1 } from './accounts/member.v1.js';
import { OrganizationCreatedV1, OrganizationUpdatedV1 } from './accounts/organization.v1.js';
import { SessionEndedV1 } from './accounts/session.v1.js';
import { UserDeletedV1, UserUpdatedV1 } from './accounts/user.v1.js';
import { AuditRecordedV1 } from './audit/audit-recorded.v1.js';
import { EvaluationCountedV1 } from './evaluation/evaluation-counted.v1.js';
import { FlagArchivedV1, FlagCreatedV1, FlagDeletedV1, FlagRestoredV1, FlagUpdatedV1 } from './flags/flag.v1.js';
import {
  KillSwitchActivatedV1,
  KillSwitchCreatedV1,
  KillSwitchDeactivatedV1,
  KillSwitchDeletedV1,
  KillSwitchUpdatedV1,
} from './flags/kill-switch.v1.js';
import { RulesetChangedV1 } from './rulesets/ruleset-changed.v1.js';
import { SegmentCreatedV1, SegmentDeletedV1, SegmentUpdatedV1 } from './targeting/segment.v1.js';
import { StrategyCreatedV1, StrategyDeletedV1, StrategyUpdatedV1 } from './targeting/strategy.v1.js';

export const flagFacts = [
  FlagCreatedV1, FlagUpdatedV1, FlagArchivedV1, FlagRestoredV1, FlagDeletedV1,
  KillSwitchCreatedV1, KillSwitchUpdatedV1, KillSwitchDeletedV1, KillSwitchActivatedV1, KillSwitchDeactivatedV1,
] as const; // prettier-ignore

export const targetingFacts = [
  StrategyCreatedV1, StrategyUpdatedV1, StrategyDeletedV1, SegmentCreatedV1, SegmentUpdatedV1, SegmentDeletedV1,
] as const; // prettier-ignore

export const accountsFacts = [
  OrganizationCreatedV1, OrganizationUpdatedV1, EnvironmentCreatedV1, EnvironmentUpdatedV1, EnvironmentDeletedV1,
  MemberAddedV1, MemberUpdatedV1, MemberRemovedV1, ApiKeyCreatedV1, ApiKeyRevokedV1, ApiKeyUsedV1,
  SessionEndedV1, UserUpdatedV1, UserDeletedV1,
] as const; // prettier-ignore

/** All facts. The streams are tested against this list; `docs/events.md` and the NATS permissions are generated from it. */
export const facts = [
  ...flagFacts,
  ...targetingFacts,
  RulesetChangedV1,
  ...accountsFacts,
  AuditRecordedV1,
  EvaluationCountedV1,
] as const;
