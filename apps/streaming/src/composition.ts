import type { KeyCheck } from '#libs/api-keys';
import type { StreamTokens } from '#libs/edge';
import type { StreamPlaces } from '#libs/http';
import { Places, type Clock } from '#libs/kernel';
import type { RedisConnection } from '#libs/redis';
import type { RulesetReader } from '#libs/rulesets';
import { AdmissionQueue, type EventLoop } from './application/admission-queue.js';
import { Channels } from './application/channels.js';
import { RedisDeltas } from './cache/redis-deltas.js';
import type { StreamingSettings } from './config.js';
import { OfrepStreamRoutes } from './http/ofrep-stream-routes.js';
import { OpenStreams } from './http/open-streams.js';
import { StreamAdmission } from './http/stream-admission.js';
import { StreamRoutes } from './http/stream-routes.js';
import { streamJobs } from './jobs/stream-jobs.js';

export interface StreamingDependencies {
  readonly reader: RulesetReader;
  readonly keys: KeyCheck;
  readonly tokens: StreamTokens;
  readonly redis: RedisConnection;
  readonly clock: Clock;
  readonly settings: StreamingSettings;
  readonly places: StreamPlaces;
  readonly maxPerKey: number;
}

const eventLoop: EventLoop = {
  now: () => performance.now(),
  nextTurn: (work) => void setImmediate(work),
  random: () => Math.random(),
};

/** The streaming service: channels of environments, the streams open on them, and the routes that open streams. */
export function composeStreaming(deps: StreamingDependencies) {
  const { reader, keys, tokens, redis, clock, settings, places } = deps;
  const channels = new Channels(reader, new RedisDeltas(redis), clock);
  const queue = new AdmissionQueue({ waiting: settings.maxOpening, perTurnMs: 5, deadlineMs: 10_000 }, eventLoop);
  const streams = new OpenStreams({ clock, keys, maxAgeMs: settings.maxConnectionAgeMs });
  const placesOfKeys = new Places(deps.maxPerKey, 'This API key has too many open streams; try again later');
  const admission = new StreamAdmission({ channels, queue, streams, keys, clock, places, placesOfKeys });
  return {
    channels,
    queue,
    streams,
    routes: [new StreamRoutes(admission), new OfrepStreamRoutes(admission, keys, tokens)],
    jobs: streamJobs({ channels, streams, heartbeatMs: settings.heartbeatMs }),
  };
}
