import { ApiKeyRevokedV1, ApiKeyUsedV1 } from '../facts/accounts/api-key.v1.js';
import { OrganizationUpdatedV1 } from '../facts/accounts/organization.v1.js';
import { SessionEndedV1 } from '../facts/accounts/session.v1.js';
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
 * What one service does on the bus, besides answering `rpc.<service>.…`. The permissions of its NATS user are generated from
 * this; the server refuses everything else.
 */
export interface Traffic {
  /** Subjects that it publishes on. */
  readonly publishes: readonly string[];
  /** Subjects of its core subscriptions, which deliver at most once. */
  readonly subscribes: readonly string[];
  /** Durables that it consumes. Each durable has one owner, which may also write its dead letters. */
  readonly consumes: readonly DurableDefinition[];
  /** Durables of other services that it waits for: a stream drops messages while it has no durable. */
  readonly awaits?: readonly DurableDefinition[];
  /** Streams that it reads without a durable. */
  readonly reads?: readonly StreamDefinition[];
  /** Requests that it sends to other services. */
  readonly requests: readonly RequestSubject[];
}

type RequestSubject = { readonly subject: string };

const subjectsOf = (...facts: readonly { readonly everyScope: string }[]): readonly string[] =>
  facts.map(({ everyScope }) => everyScope);

/** A process that checks API keys: it receives revocations and reports which keys were used. */
const keyChecks = {
  publishes: subjectsOf(ApiKeyUsedV1, AuditRecordedV1),
  subscribes: subjectsOf(ApiKeyRevokedV1),
  requests: [accountsRpc.getKeyRecord, accountsRpc.listRevocations],
};

/** A process of an edge service: it also holds rulesets. */
const edge: Traffic = {
  publishes: keyChecks.publishes,
  subscribes: [...keyChecks.subscribes, ...subjectsOf(RulesetChangedV1)],
  consumes: [],
  requests: [...keyChecks.requests, flagsRpc.getRuleset, flagsRpc.getVersions, flagsRpc.reportVersions],
};

/** Requests that the gateway sends for people: all except those of edge services. */
const forPeople = [accountsRpc, flagsRpc, targetingRpc, auditRpc, evaluationRpc, analyticsRpc]
  .flatMap((of) => Object.values<RequestSubject>(of))
  .filter((request) => !edge.requests.includes(request));

/** All services by name, which is also the name of their NATS user. */
export const traffic = {
  gateway: {
    publishes: keyChecks.publishes,
    // Packs for the live tail of events.
    subscribes: [
      ...keyChecks.subscribes,
      'member.>',
      'organization.>',
      'user.>',
      SessionEndedV1.everyScope,
      PACK_SUBJECTS,
    ],
    consumes: [],
    // `getVersions` is for propagation receipts.
    requests: [...keyChecks.requests, flagsRpc.getVersions, ...forPeople],
  },
  accounts: {
    publishes: subjectsOf(...accountsFacts.filter((fact) => fact !== ApiKeyUsedV1), AuditRecordedV1),
    subscribes: [],
    consumes: [durables.accountsKeyUsage],
    requests: [],
  },
  flags: {
    publishes: subjectsOf(...flagFacts, ...targetingFacts, RulesetChangedV1, AuditRecordedV1),
    subscribes: [],
    consumes: [durables.flagsEnvironments],
    requests: [accountsRpc.getEnvironment, accountsRpc.listEnvironments],
  },
  evaluation: { ...edge, publishes: [...edge.publishes, ...subjectsOf(EvaluationCountedV1)] },
  streaming: edge,
  capture: {
    publishes: [...keyChecks.publishes, PACK_SUBJECTS],
    subscribes: [...keyChecks.subscribes, ...subjectsOf(OrganizationUpdatedV1)],
    consumes: [],
    awaits: [durables.analyticsEvents],
    requests: keyChecks.requests,
  },
  analytics: {
    publishes: subjectsOf(AuditRecordedV1),
    subscribes: [],
    consumes: [durables.analyticsEvents, durables.analyticsOrganizations],
    requests: [accountsRpc.listEventSettings],
  },
  audit: {
    // Replays of dead letters, and the audit entries about them.
    publishes: Object.values(durables).map(({ filter }) => filter),
    subscribes: [],
    consumes: [durables.auditEntries],
    reads: [DEAD_STREAM],
    requests: [],
  },
} as const satisfies Record<string, Traffic>;
