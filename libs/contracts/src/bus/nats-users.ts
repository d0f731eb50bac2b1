import { facts } from '../facts/catalogue.js';
import { durables, type DurableDefinition } from './durables.js';
import { streams } from './streams.js';
import { traffic, type Traffic } from './traffic.js';

/** A user of the NATS server with all that it may do. */
export interface NatsUser {
  readonly name: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Whether it may answer whoever asks it something, once each. */
  readonly answers: boolean;
}

/** Everybody who connects to NATS: a user per service, `prepare`, and `subscriber` for services of your own. */
export function natsUsers(): readonly NatsUser[] {
  const services: Readonly<Record<string, Traffic>> = traffic;
  return [...Object.entries(services).map(([name, does]) => serviceUser(name, does)), prepareUser, subscriberUser];
}

/** Replies come to an inbox of its own: no service can read what another one is told. */
const inboxOf = (name: string): string => `_INBOX.${name}.>`;

function serviceUser(name: string, { publishes, hears, consumes, awaits = [], reads = [], asks }: Traffic): NatsUser {
  return {
    name,
    publish: [
      ...publishes,
      ...asks.map(({ subject }) => subject),
      ...consumes.flatMap(consuming),
      ...awaits.flatMap(awaiting),
      ...reads.flatMap(({ name: stream }) => [`$JS.API.STREAM.INFO.${stream}`, `$JS.API.STREAM.MSG.GET.${stream}`]),
    ],
    subscribe: [inboxOf(name), `rpc.${name}.*`, ...hears],
    answers: true,
  };
}

/** Its own durables: to find them, to fetch, to acknowledge, to bury. */
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

/** Makes streams and durables, and is the only one who may; even it deletes and purges none. */
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

/** Hears facts as they pass and does nothing else. */
const subscriberUser: NatsUser = {
  name: 'subscriber',
  publish: [],
  subscribe: [...new Set(facts.map(({ type }) => `${type.split('.')[0]}.>`))],
  answers: false,
};
