import { ApiKeyRevokedV1, ApiKeyUsedV1 } from '../facts/accounts/api-key.v1.js';
import { OrganizationUpdatedV1 } from '../facts/accounts/organization.v1.js';
import { AuditRecordedV1 } from '../facts/audit/audit-recorded.v1.js';
import { accountsFacts, flagFacts, targetingFacts } from '../facts/catalogue.js';
import { EvaluationCountedV1 } from '../facts/evaluation/evaluation-counted.v1.js';
import { RulesetChangedV1 } from '../facts/rulesets/ruleset-changed.v1.js';
import { PACK_SUBJECTS } from '../intake/pack.js';
import { accountsRpc } from '../rpc/accounts.js';
import { analyticsRpc } from '../rpc/analytics.js';
import { auditRpc } from '../rpc/audit.js';
import { evaluationRpc } from '../rpc/evaluation.js';
import { flagsRpc } from '../rpc/flags.js';
import { targetingRpc } from '../rpc/targeting.js';
import { durables, type DurableDefinition } from './durables.js';
import { DEAD_STREAM, type StreamDefinition } from './streams.js';

/**
 * What one service does on the bus, besides answering `rpc.<service>.…`. Its permissions on the server are made of this, and
 * nothing else is allowed: who publishes, hears or asks more is refused there, so it is written here first.
 */
export interface Traffic {
  /** Subjects that it publishes: those of its facts. */
  readonly publishes: readonly string[];
  /** Subjects that it hears as they pass, at most once: core subscriptions. */
  readonly hears: readonly string[];
  /** Durable consumers that it runs; each has one owner, who may also write its dead letters. */
  readonly consumes: readonly DurableDefinition[];
  /** Durables of others that it waits for: what it publishes would be dropped without them. */
  readonly awaits?: readonly DurableDefinition[];
  /** Streams that it looks into without consuming them. */
  readonly reads?: readonly StreamDefinition[];
  /** What it asks other services. */
  readonly asks: readonly Question[];
}

type Question = { readonly subject: string };

const subjectsOf = (...facts: readonly { readonly everyScope: string }[]): readonly string[] =>
  facts.map(({ everyScope }) => everyScope);

/** Every process that checks API keys (`KeysModule`): it learns of revocations and tells which keys were used. */
const keyChecks = {
  publishes: subjectsOf(ApiKeyUsedV1, AuditRecordedV1),
  hears: subjectsOf(ApiKeyRevokedV1),
  asks: [accountsRpc.getKeyRecord, accountsRpc.listRevocations],
};

/** Every process that answers applications (`EdgeModule`): it holds rulesets besides. */
const edge: Traffic = {
  publishes: keyChecks.publishes,
  hears: [...keyChecks.hears, ...subjectsOf(RulesetChangedV1)],
  consumes: [],
  asks: [...keyChecks.asks, flagsRpc.getRuleset, flagsRpc.getVersions, flagsRpc.reportVersions],
};

/** What is there for people, whose requests come through the gateway: everything but what edge services ask. */
const forPeople = [accountsRpc, flagsRpc, targetingRpc, auditRpc, evaluationRpc, analyticsRpc]
  .flatMap((of) => Object.values<Question>(of))
  .filter((question) => !edge.asks.includes(question));

/** Every service that speaks on the bus, by name, which is also the name of its user there. */
export const traffic = {
  gateway: {
    publishes: keyChecks.publishes,
    // Packs for people who watch events come in, while there are such people.
    hears: [...keyChecks.hears, 'member.>', 'organization.>', PACK_SUBJECTS],
    consumes: [],
    // Of versions as well: what people are told of their propagation.
    asks: [...keyChecks.asks, flagsRpc.getVersions, ...forPeople],
  },
  accounts: {
    publishes: subjectsOf(...accountsFacts.filter((fact) => fact !== ApiKeyUsedV1), AuditRecordedV1),
    hears: [],
    consumes: [durables.accountsKeyUsage],
    asks: [],
  },
  flags: {
    publishes: subjectsOf(...flagFacts, ...targetingFacts, RulesetChangedV1, AuditRecordedV1),
    hears: [],
    consumes: [durables.flagsEnvironments],
    asks: [accountsRpc.getEnvironment, accountsRpc.listEnvironments],
  },
  evaluation: { ...edge, publishes: [...edge.publishes, ...subjectsOf(EvaluationCountedV1)] },
  streaming: edge,
  capture: {
    publishes: [...keyChecks.publishes, PACK_SUBJECTS],
    hears: [...keyChecks.hears, ...subjectsOf(OrganizationUpdatedV1)],
    consumes: [],
    awaits: [durables.analyticsEvents],
    asks: keyChecks.asks,
  },
  analytics: {
    publishes: subjectsOf(AuditRecordedV1),
    hears: [],
    consumes: [durables.analyticsEvents, durables.analyticsOrganizations],
    asks: [accountsRpc.listEventSettings],
  },
  audit: {
    // Replays: whatever a consumer may have given up on. Its own entries of them are among that.
    publishes: Object.values(durables).map(({ filter }) => filter),
    hears: [],
    consumes: [durables.auditEntries],
    reads: [DEAD_STREAM],
    asks: [],
  },
} as const satisfies Record<string, Traffic>;
