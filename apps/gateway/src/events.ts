import type { Provider } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { Bus, RpcClient } from '#libs/bus';
import { KeyCheck } from '#libs/api-keys';
import { EventFeed, Memberships } from './application/ports.js';
import { EventQuestions } from './http/event-questions.js';
import { KeyAccess } from './http/key-access.js';
import { LiveEvents } from './http/live-events.js';
import { NatsEventFeed } from './messaging/nats-event-feed.js';

/** What people and keys may ask of the event store, and the events as they come in. */
export const events: Provider[] = [
  { provide: KeyAccess, inject: [KeyCheck], useFactory: (keys: KeyCheck) => new KeyAccess(keys) },
  { provide: EventQuestions, inject: [RpcClient], useFactory: (rpc: RpcClient) => new EventQuestions(rpc) },
  { provide: EventFeed, inject: [Bus], useFactory: (bus: Bus) => new NatsEventFeed(bus) },
  {
    provide: LiveEvents,
    inject: [EventFeed, Memberships, Clock],
    useFactory: (feed: EventFeed, memberships: Memberships, clock: Clock) => new LiveEvents(feed, memberships, clock),
  },
];
