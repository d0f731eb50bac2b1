export { allowsOrigin, isAllowedOrigin } from './api-keys/allowed-origins.js';
export { formatApiKey, KEY_TYPES, type KeyType, parseApiKey } from './api-keys/api-key.js';
export { type KeyRecord } from './api-keys/key-record.js';
export {
  CreateAnalyticsKeyBody,
  CreateEnvironmentBody,
  CreateOrganizationBody,
  CreateSdkKeyBody,
  UpdateEnvironmentBody,
  UpdateOrganizationBody,
} from './api/accounts.js';
export { ExportEventsBody } from './api/analytics.js';
export {
  AcceptInvitationBody,
  ChangePasswordBody,
  CompleteSetupBody,
  CreateUserBody,
  LoginBody,
  RefreshTokenBody,
  ResetPasswordBody,
  UpdateUserBody,
} from './api/auth.js';
export { parseEmail } from './api/email.js';
export { ArchiveFlagsBody, CopyConfigBody, CreateFlagsBody, RollbackBody } from './api/bulk.js';
export { EvaluateBody } from './api/evaluate.js';
export { CreateFlagBody, UpdateFlagBody, UpdateFlagConfigBody } from './api/flags.js';
export {
  ActivateKillSwitchBody,
  CreateKillSwitchBody,
  DeactivateKillSwitchBody,
  UpdateKillSwitchBody,
} from './api/kill-switches.js';
export { InviteMemberBody, UpdateMemberBody } from './api/members.js';
export { NoFieldsBody } from './api/no-fields.js';
export { CreateSegmentBody, CreateStrategyBody, UpdateSegmentBody, UpdateStrategyBody } from './api/targeting.js';
export { type AuditData, type AuditDraft } from './audit.js';
export { type DurableDefinition, durables } from './bus/durables.js';
export { natsUsersConf, passwordVariable } from './bus/nats-users-conf.js';
export { natsUsers } from './bus/nats-users.js';
export { CAPTURE_STREAM, DEAD_STREAM, type StreamDefinition, streams } from './bus/streams.js';
export { type Condition, type Leaf, type Operator, OPERATORS, type Schedule } from './documents/condition.js';
export {
  type DocumentChange,
  type DocumentKind,
  type DocumentRef,
  type EnvironmentDocument,
  FLAG_TYPES,
  type FlagConfigDocument,
  type FlagDocument,
  type FlagMetadata,
  type FlagType,
  type KillSwitchDocument,
  type Prerequisite,
  refOf,
  type Rule,
  type RuleBody,
  type RulesetDocument,
  type RulesetSnapshot,
  type SegmentDocument,
  type Serve,
  type StrategyDocument,
  type Variant,
} from './documents/documents.js';
export { narrowed, rulesetDownload } from './documents/download.js';
export { namesIn, referencesOf, refsOfRules } from './documents/references.js';
export {
  formatEpoch,
  formatVersion,
  isAhead,
  joinVersions,
  parseEpoch,
  parseVersion,
  reaches,
  type RulesetVersion,
} from './documents/version.js';
export { ApiKeyCreatedV1, ApiKeyRevokedV1, ApiKeyUsedV1 } from './facts/accounts/api-key.v1.js';
export { EnvironmentCreatedV1, EnvironmentDeletedV1, EnvironmentUpdatedV1 } from './facts/accounts/environment.v1.js';
export { UserDeletedV1, UserUpdatedV1 } from './facts/accounts/user.v1.js';
export { MemberAddedV1, MemberRemovedV1, MemberUpdatedV1 } from './facts/accounts/member.v1.js';
export { OrganizationCreatedV1, OrganizationUpdatedV1 } from './facts/accounts/organization.v1.js';
export { SessionEndedV1 } from './facts/accounts/session.v1.js';
export { AuditRecordedV1, SEVERITIES } from './facts/audit/audit-recorded.v1.js';
export { accountsFacts, facts } from './facts/catalogue.js';
export {
  type Fact,
  type FactDraft,
  factEnvelope,
  type FactOf,
  type FactType,
  parseFact,
  scopeOf,
} from './facts/define-fact.js';
export { EvaluationCountedV1 } from './facts/evaluation/evaluation-counted.v1.js';
export { FlagArchivedV1, FlagCreatedV1, FlagDeletedV1, FlagRestoredV1, FlagUpdatedV1 } from './facts/flags/flag.v1.js';
export {
  KillSwitchActivatedV1,
  KillSwitchCreatedV1,
  KillSwitchDeactivatedV1,
  KillSwitchDeletedV1,
  KillSwitchUpdatedV1,
} from './facts/flags/kill-switch.v1.js';
export { RulesetChangedV1 } from './facts/rulesets/ruleset-changed.v1.js';
export { SegmentCreatedV1, SegmentDeletedV1, SegmentUpdatedV1 } from './facts/targeting/segment.v1.js';
export { StrategyCreatedV1, StrategyDeletedV1, StrategyUpdatedV1 } from './facts/targeting/strategy.v1.js';
export {
  ENVIRONMENT_COLOR,
  ENVIRONMENT_NAME,
  environmentOf,
  idOf,
  isResourceKey,
  RESOURCE_KEY_LENGTH,
  SLUG,
  UUID,
  VARIANT_NAME,
} from './identifiers.js';
export {
  EventRow,
  MAX_PACK_BYTES,
  PACK_HEADERS,
  PACK_OF_EVENTS,
  packOrganization,
  packSubject,
} from './intake/pack.js';
export { type Actor, type Origin, systemOrigin } from './origin.js';
export { MAX_PAGE_BYTES, type Page, type PageOf } from './page.js';
export {
  type FoundKey,
  isLiveRecord,
  keyRecordKey,
  REVOKED_AS_OF_TTL_MS,
  REVOKED_KEYS,
  REVOKED_KEYS_WHOLE,
  type RevokedKey,
} from './redis/api-keys.js';
export { endedSessions, MAX_ACCESS_TOKEN_MS, type RevocationList, revokedKeys } from './redis/revocations.js';
export {
  type Announced,
  ANNOUNCED_TTL_S,
  announcedKey,
  evaluatorKey,
  EVALUATORS,
  EVALUATORS_SINCE,
  type HeldVersion,
  parseAnnounced,
  parseHeld,
  SILENT_MS,
  STARTED_FIELD,
  streamsField,
  WORD_MS,
} from './redis/receipts.js';
export { deltasKey, EPOCH_FIELD, rulesetKey, RULESETS_INTACT, VERSION_FIELD } from './redis/rulesets.js';
export {
  accountsRpc,
  type AcceptedView,
  type ApiKeyView,
  type CreateApiKeyCommand,
  type EnvironmentView,
  type EventSettingsPage,
  type InvitationView,
  type InviteMemberCommand,
  type Membership,
  type MemberView,
  type OrganizationAccess,
  type OrganizationView,
  type PersonView,
  type Role,
  ROLES,
  SPECIAL_PERMISSIONS,
  type SpecialPermission,
  TOKEN_SCOPES,
  type TokenPair,
  type TokenScope,
  type UpdateEnvironmentCommand,
  type UpdateMemberCommand,
  type UserView,
} from './rpc/accounts.js';
export {
  analyticsRpc,
  type EventFilter,
  type EventView,
  EXPORT_MAX_EVENTS,
  type ExportFormat,
  type ExportPart,
  MAX_PROPERTY_FILTERS,
} from './rpc/analytics.js';
export {
  type AuditEntryPart,
  type AuditEntryView,
  type AuditFilter,
  auditRpc,
  type DeadLetterView,
  type ListDeadLetters,
} from './rpc/audit.js';
export {
  type Answered,
  type AnswerOf,
  type CommandOf,
  type IdempotencyScope,
  type Rpc,
  type RpcError,
  type RpcReply,
  type RpcRequest,
} from './rpc/define-rpc.js';
export { type EvaluateAnswer, type EvaluateCommand, evaluationRpc, type EvaluationView } from './rpc/evaluation.js';
export {
  type FlagConfigPatch,
  type FlagConfigView,
  type FlagDraft,
  type FlagFilter,
  type FlagItem,
  type FlagListItem,
  type FlagPatch,
  type FlagsArchived,
  type FlagsCreated,
  flagsRpc,
  type RolledBack,
  type FlagVersionView,
  type FlagView,
  type IfVersion,
  type KillSwitchDraft,
  type KillSwitchPatch,
  type KillSwitchView,
  MAX_BULK_ITEMS,
  MAX_RULES,
  MAX_WEIGHT,
  type PatchOperation,
  type RulesetPage,
  type ScopeVersion,
  type Written,
} from './rpc/flags.js';
export { type ClientType, type SessionView } from './rpc/sessions.js';
export {
  type OwnerFilter,
  type SegmentDraft,
  type SegmentPatch,
  type SegmentView,
  type StrategyDraft,
  type StrategyPatch,
  type StrategyView,
  targetingRpc,
} from './rpc/targeting.js';
export { PLATFORM, type Scope } from './scope.js';
