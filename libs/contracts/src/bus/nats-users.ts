import { facts } from '../facts/catalogue.js';
import { durables, type DurableDefinition } from './durables.js';
import { streams } from './streams.js';
import { traffic, type Traffic } from './traffic.js';

/** A user of the NATS server with its permissions. */
export interface NatsUser {
  readonly name: string;
  readonly publish: readonly string[];
  /** Exceptions from `publish`. */
  readonly neverPublish?: readonly string[];
  readonly subscribe: readonly string[];
  /** Whether it may publish one reply to each request. */
  readonly answers: boolean;
}

/** All users of NATS: one per service, `prepare`, and `subscriber` for services of the operator. */
export function natsUsers(): readonly NatsUser[] {
  const services: Readonly<Record<string, Traffic>> = traffic;
  return [...Object.entries(services).map(([name, does]) => serviceUser(name, does)), prepareUser, subscriberUser];
}

/** Each user has its own inbox prefix, so that no service can read replies to another. */
const inboxOf = (name: string): string => `_INBOX.${name}.>`;

function serviceUser(
  name: string,
  { publishes, subscribes, consumes, awaits = [], reads = [], requests }: Traffic,
): NatsUser {
  return {
    name,
    publish: [
      ...publishes,
      ...requests.map(({ subject }) => subject),
      ...consumes.flatMap(consuming),
      ...awaits.flatMap(awaiting),
      ...reads.flatMap(({ name: stream }) => [`$JS.API.STREAM.INFO.${stream}`, `$JS.API.STREAM.MSG.GET.${stream}`]),
    ],
    subscribe: [inboxOf(name), `rpc.${name}.*`, ...subscribes],
    answers: true,
  };
}

/** Permissions of the owner of a durable: look up, fetch, acknowledge, write dead letters. */
function consuming({ stream, name }: DurableDefinition): readonly string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${name}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
    `dead.${name}`,
  ];
}

function awaiting({ stream, name }: DurableDefinition): readonly string[] {
  return [`$JS.API.STREAM.INFO.${stream}`, `$JS.API.CONSUMER.INFO.${stream}.${name}`];
}

/** The only user that may create streams and durables. It may not delete or purge them. */
const prepareUser: NatsUser = {
  name: 'prepare',
  publish: [
    '$JS.API.INFO',
    ...streams.flatMap(({ name }) => ['INFO', 'CREATE', 'UPDATE'].map((verb) => `$JS.API.STREAM.${verb}.${name}`)),
    ...Object.values<DurableDefinition>(durables).flatMap(({ stream, name }) => [
      `$JS.API.CONSUMER.INFO.${stream}.${name}`,
      `$JS.API.CONSUMER.CREATE.${stream}.${name}.>`,
    ]),
  ],
  subscribe: [inboxOf('prepare')],
  answers: false,
};

/** The streams whose facts other services may read later. */
const READABLE = new Set(['FLAGS', 'ACCOUNTS', 'IDENTITY', 'USAGE']);
const readable = streams.filter(({ name }) => READABLE.has(name));

/**
 * May subscribe to facts, and read those that it missed by consumers of its own. Permissions have no prefixes, so that it may name
 * its consumers as it likes, except like those of the platform; docs/events.md asks for `ext_<name>`.
 */
const subscriberUser: NatsUser = {
  name: 'subscriber',
  publish: readable.flatMap(({ name }) => [
    `$JS.API.STREAM.INFO.${name}`,
    `$JS.API.CONSUMER.CREATE.${name}.>`,
    ...['INFO', 'MSG.NEXT', 'DELETE'].map((verb) => `$JS.API.CONSUMER.${verb}.${name}.*`),
    `$JS.ACK.${name}.>`,
  ]),
  neverPublish: Object.values<DurableDefinition>(durables)
    .filter(({ stream }) => READABLE.has(stream))
    .flatMap(({ stream, name }) => [
      `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
      `$JS.API.CONSUMER.CREATE.${stream}.${name}.>`,
      ...['INFO', 'MSG.NEXT', 'DELETE'].map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.${name}`),
      `$JS.ACK.${stream}.${name}.>`,
    ]),
  subscribe: [inboxOf('subscriber'), ...new Set(facts.map(({ type }) => `${type.split('.')[0]}.>`))],
  answers: false,
};
