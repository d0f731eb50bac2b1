import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseVersion, type KeyRecord, type RulesetVersion } from '#libs/contracts';
import { AppError, type Clock, type Places } from '#libs/kernel';
import type { KeyCheck } from '#libs/api-keys';
import { occupy, type StreamPlaces } from '#libs/http';
import type { AdmissionQueue } from '../application/admission-queue.js';
import type { Channel } from '../application/channel.js';
import type { Channels } from '../application/channels.js';
import type { Frame } from '../application/frames.js';
import type { Environment } from '../domain/flag-state.js';
import { lastEventId } from './last-event-id.js';
import type { NewStream, OpenStreams } from './open-streams.js';

export interface StreamAdmissionParts {
  readonly channels: Channels;
  readonly queue: AdmissionQueue;
  readonly streams: OpenStreams;
  readonly keys: KeyCheck;
  readonly clock: Clock;
  /** Of all streams of the process. */
  readonly places: StreamPlaces;
  readonly placesOfKeys: Places;
}
/** A request for a stream. */
interface Arrival {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly key: KeyRecord;
  readonly environment: Environment;
  /** The client wants the events since `Last-Event-ID`. */
  readonly resumes?: boolean;
}
/** What a stream begins from. */
interface Begin {
  /** The last version that the reader received. */
  readonly last: RulesetVersion | undefined;
  readonly now: Date;
  /** Whether a frame for this reader alone may be sent. */
  readonly hasRoomFor: (frame: Frame) => boolean;
}
type Beginning = Omit<NewStream, 'channel' | 'key'>;

/** Opens streams, as many as there are places, a few milliseconds per turn of the event loop, at the version that the reader received elsewhere or later. */
export class StreamAdmission {
  constructor(private readonly parts: StreamAdmissionParts) {}

  /** @throws AppError `overloaded`, `rate_limited`, `not_initialised`, `invalid_key` */
  async admit(arrival: Arrival, begin: (channel: Channel, from: Begin) => Beginning): Promise<void> {
    const { channels, queue, keys, streams, clock, places, placesOfKeys } = this.parts;
    const { request, reply, key } = arrival;
    const last = lastVersion(request);
    occupy(reply, [() => placesOfKeys.take(key.id), () => places.take()]);
    const hasRoomFor = (frame: Frame): boolean => streams.hasRoomFor(frame);
    const release = channels.hold(key.org_id);
    try {
      await queue.pass(
        () => this.#prepare(arrival, last),
        (channel) => {
          if (request.raw.destroyed) return;
          // A revocation during the wait is checked here; later ones end the stream through `onRevoked`.
          if (!keys.isGood(key)) throw new AppError('invalid_key', 'The API key is not valid');
          streams.begin(reply, { channel, key, ...begin(channel, { last, now: clock.now(), hasRoomFor }) });
        },
      );
    } finally {
      release();
    }
  }

  async #prepare({ key, environment, resumes }: Arrival, last: RulesetVersion | undefined): Promise<Channel> {
    const { channels } = this.parts;
    const channel = await channels.open(key.org_id, environment, last);
    if (resumes === true && last !== undefined) await channels.recall(key.org_id, last);
    return channel;
  }
}

/** The last version that the reader received; `undefined` without it, and for an id that is no version. */
function lastVersion(request: FastifyRequest): RulesetVersion | undefined {
  const id = lastEventId(request);
  return id === undefined ? undefined : parseVersion(id);
}
