import { facts } from '../facts/catalogue.js';
import { durables, type DurableDefinition } from './durables.js';
import { streams } from './streams.js';
import { traffic, type Traffic } from './traffic.js';

/** A user of the NATS server with its permissions. */
export interface NatsUser {
  readonly name: string;
  readonly publish: readonly string[];
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

/** May only subscribe to facts. */
const subscriberUser: NatsUser = {
  name: 'subscriber',
  publish: [],
  subscribe: [...new Set(facts.map(({ type }) => `${type.split('.')[0]}.>`))],
  answers: false,
};
