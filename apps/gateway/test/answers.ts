import {
  accountsRpc,
  analyticsRpc,
  auditRpc,
  evaluationRpc,
  flagsRpc,
  targetingRpc,
  type Origin,
  type Rpc,
  type Written,
} from '#libs/contracts';
import { event, eventCount } from '../src/openapi/analytics-examples.js';
import * as examples from '../src/openapi/examples.js';
import * as people from '../src/openapi/people-examples.js';
import * as targeting from '../src/openapi/targeting-examples.js';

/** Where answers are given. */
interface Answering {
  answer<C, A>(rpc: Rpc<C, A>, answer: (command: C, origin: Origin) => A | Promise<A>): void;
}

const RULESET = '0mb8f2k1x.4.20';
const written = <T>(resource: T): Written<T> => ({ resource, ruleset_version: RULESET });

/** What the services behind answer where no test depends on what they hold. */
export function answerByExample(standIns: Answering): void {
  flags(standIns);
  strategiesAndSegments(standIns);
  persons(standIns);
  members(standIns);
  standIns.answer(analyticsRpc.listEvents, () => examples.page(event));
  standIns.answer(analyticsRpc.countEvents, () => eventCount);
  standIns.answer(evaluationRpc.evaluate, () => examples.evaluation);
  standIns.answer(auditRpc.listDeadLetters, () => examples.page(examples.deadLetter));
  standIns.answer(auditRpc.replayDeadLetter, () => examples.deadLetter);
}

function flags(standIns: Answering): void {
  standIns.answer(flagsRpc.deleteFlag, () => written(examples.flag));
  standIns.answer(flagsRpc.createFlags, ({ items }) => written({ data: items.map(() => examples.flag) }));
  standIns.answer(flagsRpc.archiveFlags, ({ keys }) => written({ data: keys.map(() => examples.flag) }));
  standIns.answer(flagsRpc.listHistory, () => examples.page(examples.flagVersion));
  standIns.answer(flagsRpc.rollbackFlag, () => written(examples.flagConfig));
  standIns.answer(flagsRpc.getVersions, ({ scopes }) => ({
    versions: scopes.map((scope) => ({ scope, epoch: '0mb8f2k1x', version: 4 })),
  }));
  standIns.answer(flagsRpc.copyConfig, () => written(examples.flagConfig));
}

function strategiesAndSegments(standIns: Answering): void {
  const { strategy, segment } = targeting;
  standIns.answer(targetingRpc.listStrategies, () => examples.page(strategy));
  standIns.answer(targetingRpc.createStrategy, () => written(strategy));
  standIns.answer(targetingRpc.getStrategy, () => strategy);
  standIns.answer(targetingRpc.updateStrategy, () => written(strategy));
  standIns.answer(targetingRpc.deleteStrategy, () => written(strategy));
  standIns.answer(targetingRpc.listSegments, () => examples.page(segment));
  standIns.answer(targetingRpc.createSegment, () => written(segment));
  standIns.answer(targetingRpc.getSegment, () => segment);
  standIns.answer(targetingRpc.updateSegment, () => written(segment));
  standIns.answer(targetingRpc.deleteSegment, () => written(segment));
}

function persons(standIns: Answering): void {
  standIns.answer(accountsRpc.createUser, ({ email, password }) => ({
    ...people.person,
    email,
    ...(password === undefined && { pending: true, invite_token: 'a b', invite_expires_at: examples.at }),
  }));
  standIns.answer(accountsRpc.acceptInvitation, () => people.user);
  standIns.answer(accountsRpc.changePassword, () => ({ ended_sessions: 2 }));
  standIns.answer(accountsRpc.listUsers, () => examples.page(people.person));
  standIns.answer(accountsRpc.updateUser, () => people.person);
  standIns.answer(accountsRpc.getSetup, () => ({ required: true }));
  standIns.answer(accountsRpc.completeSetup, () => people.setup);
  standIns.answer(accountsRpc.rotateSigningKey, () => people.signingKey);
}

function members(standIns: Answering): void {
  standIns.answer(accountsRpc.listAllOrganizations, () => examples.page(examples.organization));
  standIns.answer(accountsRpc.listMembers, () => examples.page(people.member));
  standIns.answer(accountsRpc.addMember, () => people.member);
  standIns.answer(accountsRpc.updateMember, () => people.member);
  standIns.answer(accountsRpc.removeMember, () => ({}));
  standIns.answer(accountsRpc.updateEnvironment, () => examples.environment);
  standIns.answer(accountsRpc.deleteEnvironment, () => ({}));
}
