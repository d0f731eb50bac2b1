import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseVersion, type KeyRecord, type RulesetVersion } from '#libs/contracts';
import { AppError, Clock } from '#libs/kernel';
import { KeyCheck } from '#libs/api-keys';
import { Admission } from '../application/admission.js';
import type { Channel } from '../application/channel.js';
import { Channels } from '../application/channels.js';
import type { Environment } from '../domain/flag-state.js';
import { OpenStreams, type NewStream } from './open-streams.js';

/** Who wants to listen, and to what. */
interface Arrival {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly key: KeyRecord;
  readonly environment: Environment;
  /** It wants to be told what it missed since. */
  readonly resumes?: boolean;
}
type Beginning = Omit<NewStream, 'channel' | 'key'>;

/** The way in of every stream: a few milliseconds at a time, at the version that the reader was told elsewhere or later. */
@Injectable()
export class Entrance {
  constructor(
    private readonly channels: Channels,
    private readonly admission: Admission,
    private readonly streams: OpenStreams,
    private readonly keys: KeyCheck,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError `overloaded`, `not_initialised`, `invalid_key` */
  async admit(
    arrival: Arrival,
    begin: (channel: Channel, last: RulesetVersion | undefined, now: Date) => Beginning,
  ): Promise<void> {
    const { request, reply, key } = arrival;
    const last = lastEventId(request);
    const letGo = this.channels.hold(key.org_id);
    try {
      await this.admission.pass(
        () => this.#prepare(arrival, last),
        (channel) => {
          if (request.raw.destroyed) return;
          // From here on `onRevoked` ends it; what came while it waited is asked for.
          if (!this.keys.isGood(key)) throw new AppError('invalid_key', 'The API key is not valid');
          this.streams.begin(reply, { channel, key, ...begin(channel, last, this.clock.now()) });
        },
      );
    } finally {
      letGo();
    }
  }

  async #prepare({ key, environment, resumes }: Arrival, last: RulesetVersion | undefined): Promise<Channel> {
    const channel = await this.channels.open(key.org_id, environment, last);
    if (resumes === true && last !== undefined) await this.channels.recall(key.org_id, last);
    return channel;
  }
}

/** The version that a reader was told last; `undefined` for none, and for an id that makes no sense: it is ignored. */
function lastEventId(request: FastifyRequest): RulesetVersion | undefined {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' ? parseVersion(id) : undefined;
}
