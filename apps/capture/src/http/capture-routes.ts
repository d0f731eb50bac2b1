import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError, type Clock, type Ids, type Json } from '#libs/kernel';
import type { HttpRoutes } from '#libs/service';
import { keyOf, sdkCors, useEventBodies } from '#libs/http';
import type { GroupCommit } from '../application/intake/group-commit.js';
import type { AddressSettings, CaptureMeter, Cause } from '../application/intake/ports.js';
import { chunksOf, type Chunk } from '../domain/chunks.js';
import { endOfRow } from '../domain/row-end.js';
import { takeBatch } from '../domain/take-batch.js';
import { takeEvent, type Intake, type TakenEvent } from '../domain/take-event.js';

const PATHS = { capture: '/api/analytics/capture', batch: '/api/analytics/batch' } as const;
const MIB = 1024 * 1024;
const BEACON_BYTES = 64 * 1024;
const MAX_BATCH_MEMBERS = 100_000;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

type Take = (body: Json, intake: Intake) => readonly TakenEvent[];
type Answer = (events: readonly TakenEvent[]) => string;
interface Limits {
  readonly bodyBytes: number;
  /** Default: that of all other routes. */
  readonly members?: number;
}
interface Taken {
  readonly orgId: string;
  readonly chunks: readonly Chunk[];
  /** The answer, once the chunks are durable. */
  readonly text: string;
}

/** The intake of events (specification 06). Answers when they are durable; needs no other server than NATS. */
export class CaptureRoutes implements HttpRoutes {
  constructor(
    private readonly commit: GroupCommit,
    private readonly addresses: AddressSettings,
    private readonly meter: CaptureMeter,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  register(http: FastifyInstance): void {
    sdkCors(http, PATHS.capture, PATHS.batch);
    this.#route(http, PATHS.capture, { bodyBytes: 1 * MIB }, takeOne, answerOne);
    const batch = { bodyBytes: 5 * MIB, members: MAX_BATCH_MEMBERS };
    this.#route(http, PATHS.batch, batch, takeBatch, answerMany);
  }

  /** In a Fastify context of its own, since the body limits differ per route. */
  #route(http: FastifyInstance, path: string, { bodyBytes, members }: Limits, take: Take, answer: Answer): void {
    const access = { kind: 'keys', types: ['analytics_write', 'analytics_rw'], beacon: true } as const;
    void http.register((own, _options, done) => {
      useEventBodies(own, { bodyBytes, beaconBytes: BEACON_BYTES });
      const config = { access, members, cors: true };
      own.post(path, { config }, (request, reply) => this.#take(request, reply, take, answer));
      done();
    });
  }

  async #take(request: FastifyRequest, reply: FastifyReply, take: Take, answer: Answer): Promise<string> {
    try {
      const { orgId, chunks, text } = this.#taken(request, take, answer);
      await this.commit.commit(orgId, chunks, causeOf(request));
      reply.header('content-type', 'application/json; charset=utf-8');
      return text;
    } catch (error) {
      if (error instanceof AppError) this.meter.refused(error.code);
      throw error;
    }
  }

  /** The part of a request that is held while it waits. Body and events are released, so that the garbage collector does not copy them. */
  #taken(request: FastifyRequest, take: Take, answer: Answer): Taken {
    const record = keyOf(request);
    const events = take(request.body as Json, this.#intakeOf(request, record));
    request.body = undefined;
    return { orgId: record.org_id, chunks: chunksOf(events), text: answer(events) };
  }

  #intakeOf(request: FastifyRequest, record: KeyRecord): Intake {
    const now = this.clock.now();
    const [atMs, text] = [now.getTime(), now.toISOString()];
    const { headers } = request;
    const rowEnd = endOfRow({
      receivedAt: text,
      environmentId: record.environment?.id,
      ip: this.addresses.areKept(record) ? request.ip : undefined,
      userAgent: headers['user-agent'],
      lib: single(headers['x-loom-lib']),
      libVersion: single(headers['x-loom-lib-version']),
    });
    return { atMs, text, skewMs: 0, rowEnd, nextId: () => this.ids.next() };
  }
}

function takeOne(body: Json, intake: Intake): readonly TakenEvent[] {
  return [takeEvent(body, intake)];
}

/** Ids are hexadecimal and need no escaping. */
function answerOne([event]: readonly TakenEvent[]): string {
  return `{"status":"ok","event_id":"${event!.id}"}`;
}

function answerMany(events: readonly TakenEvent[]): string {
  return `{"status":"ok","count":${events.length},"event_ids":["${events.map(({ id }) => id).join('","')}"]}`;
}

function causeOf({ id, headers }: FastifyRequest): Cause {
  const traceparent = single(headers['traceparent']);
  return traceparent !== undefined && TRACEPARENT.test(traceparent)
    ? { requestId: id, traceparent }
    : { requestId: id };
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
