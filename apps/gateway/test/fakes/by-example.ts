import {
  accountsRpc,
  analyticsRpc,
  auditRpc,
  evaluationRpc,
  flagsRpc,
  targetingRpc,
  type Written,
} from '#libs/contracts';
import { event, eventCount } from '../../src/openapi/analytics-examples.js';
import * as examples from '../../src/openapi/examples.js';
import * as people from '../../src/openapi/people-examples.js';
import * as targeting from '../../src/openapi/targeting-examples.js';
import type { InMemoryServices } from './in-memory-services.js';

const RULESET = '0mb8f2k1x.4.20';
const written = <T>(resource: T): Written<T> => ({ resource, ruleset_version: RULESET });

/** The examples of the OpenAPI document, as answers to what no test needs state for. */
export function answerByExample(services: InMemoryServices): void {
  flags(services);
  strategiesAndSegments(services);
  persons(services);
  members(services);
  services.answer(analyticsRpc.listEvents, () => examples.page(event));
  services.answer(analyticsRpc.countEvents, () => eventCount);
  services.answer(evaluationRpc.evaluate, () => examples.evaluation);
  services.answer(auditRpc.listEntries, () => examples.page(examples.auditEntry));
  services.answer(auditRpc.readEntry, () => ({ text: '{"seq":1}', hash: examples.auditEntry.hash, next_offset: null }));
  services.answer(auditRpc.listDeadLetters, () => examples.page(examples.deadLetter));
  services.answer(auditRpc.replayDeadLetter, () => examples.deadLetter);
}

function flags(services: InMemoryServices): void {
  services.answer(flagsRpc.deleteFlag, () => written(examples.flag));
  services.answer(flagsRpc.createFlags, ({ items }) => written({ data: items.map(() => examples.flag) }));
  services.answer(flagsRpc.archiveFlags, ({ keys }) => written({ data: keys.map(() => examples.flag) }));
  services.answer(flagsRpc.listHistory, () => examples.page(examples.flagVersion));
  services.answer(flagsRpc.rollbackFlag, () => written(examples.rolledBack));
  services.answer(flagsRpc.getVersions, ({ scopes }) => ({
    versions: scopes.map((scope) => ({ scope, epoch: '0mb8f2k1x', version: 4 })),
  }));
  services.answer(flagsRpc.copyConfig, () => written(examples.flagConfig));
}

function strategiesAndSegments(services: InMemoryServices): void {
  const { strategy, segment } = targeting;
  services.answer(targetingRpc.listStrategies, () => examples.page(strategy));
  services.answer(targetingRpc.createStrategy, () => written(strategy));
  services.answer(targetingRpc.getStrategy, () => strategy);
  services.answer(targetingRpc.updateStrategy, () => written(strategy));
  services.answer(targetingRpc.deleteStrategy, () => written(strategy));
  services.answer(targetingRpc.listSegments, () => examples.page(segment));
  services.answer(targetingRpc.createSegment, () => written(segment));
  services.answer(targetingRpc.getSegment, () => segment);
  services.answer(targetingRpc.updateSegment, () => written(segment));
  services.answer(targetingRpc.deleteSegment, () => written(segment));
}

function persons(services: InMemoryServices): void {
  services.answer(accountsRpc.listSessions, () => examples.page(people.session));
  services.answer(accountsRpc.endSession, () => ({}));
  services.answer(accountsRpc.endOtherSessions, () => ({ ended_sessions: 2 }));
  services.answer(accountsRpc.listEndedSessions, () => ({ as_of: new Date().toISOString(), session_ids: [] }));
  services.answer(accountsRpc.createUser, ({ email, password }) => ({
    ...people.person,
    email,
    ...(password === undefined && { pending: true, invite_token: 'a b', invite_expires_at: examples.at }),
  }));
  services.answer(accountsRpc.acceptInvitation, () => people.accepted);
  services.answer(accountsRpc.lockUser, () => ({ ...people.person, locked: true }));
  services.answer(accountsRpc.unlockUser, () => people.person);
  services.answer(accountsRpc.signOutUser, () => ({ ended_sessions: 2 }));
  services.answer(accountsRpc.deleteUser, () => ({}));
  services.answer(accountsRpc.makeResetLink, () => ({ reset_token: 'a b', expires_at: examples.at }));
  services.answer(accountsRpc.resetPassword, () => ({}));
  services.answer(accountsRpc.changePassword, () => ({ ended_sessions: 2 }));
  services.answer(accountsRpc.listUsers, () => examples.page(people.person));
  services.answer(accountsRpc.updateUser, () => people.person);
  services.answer(accountsRpc.getSetup, () => ({ required: true }));
  services.answer(accountsRpc.completeSetup, () => people.setup);
  services.answer(accountsRpc.rotateSigningKey, () => people.signingKey);
}

function members(services: InMemoryServices): void {
  services.answer(accountsRpc.listAllOrganizations, () => examples.page(examples.organization));
  services.answer(accountsRpc.listMembers, () => examples.page(people.member));
  services.answer(accountsRpc.listAccess, () => ({ organizations: people.me.organizations }));
  services.answer(accountsRpc.inviteMember, () => ({ ...people.invitation, invite_token: 'a b' }));
  services.answer(accountsRpc.listInvitations, () => examples.page(people.invitation));
  services.answer(accountsRpc.withdrawInvitation, () => ({}));
  services.answer(accountsRpc.updateMember, () => people.member);
  services.answer(accountsRpc.removeMember, () => ({}));
  services.answer(accountsRpc.updateEnvironment, () => examples.environment);
  services.answer(accountsRpc.deleteEnvironment, () => ({}));
}
