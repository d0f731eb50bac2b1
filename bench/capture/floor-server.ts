import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { jetstream } from '@nats-io/jetstream';
import { connect, type ConnectionOptions } from '@nats-io/transport-node';

/**
 * The least that taking events in can cost: `node:http`, JSON.parse, the unavoidable checks, JSON.stringify, and a publish
 * that waits for its acknowledgement. `/group`: what comes while two publishes are under way goes out together; `/each`: a publish
 * per event. No key, no strict JSON, no request id, no metrics, one organization. Sends its port to its parent.
 */
const SUBJECT = 'floor.events';
const MAX_BYTES = 512 * 1024;
interface FloorEvent {
  event_id?: string;
  distinct_id: string;
  event: string;
  properties?: object;
  received_at?: string;
}
interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const stream = jetstream(await connect(JSON.parse(process.argv[2]!) as ConnectionOptions));
let waiting: Waiting[] = [];
let underWay = 0;
let isArmed = false;

function group(events: readonly FloorEvent[]): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ text: JSON.stringify(events).slice(1, -1), resolve, reject });
    if (isArmed || underWay >= 2) return;
    isArmed = true;
    setImmediate(() => {
      isArmed = false;
      flush();
    });
  });
}

function flush(): void {
  while (waiting.length > 0 && underWay < 2) {
    let count = 0;
    for (let bytes = 0; count < waiting.length && (count === 0 || bytes < MAX_BYTES); count += 1)
      bytes += waiting[count]!.text.length;
    const pack = waiting.slice(0, count);
    waiting = waiting.slice(count);
    underWay += 1;
    void publish(pack);
  }
}

async function publish(pack: readonly Waiting[]): Promise<void> {
  try {
    await stream.publish(SUBJECT, `[${pack.map(({ text }) => text).join(',')}]`);
    for (const { resolve } of pack) resolve();
  } catch (error) {
    for (const { reject } of pack) reject(error);
  }
  underWay -= 1;
  flush();
}

async function each(events: readonly FloorEvent[]): Promise<void> {
  await Promise.all(events.map((event) => stream.publish(SUBJECT, JSON.stringify(event))));
}

function taken(body: string): readonly FloorEvent[] | undefined {
  const { batch } = JSON.parse(body) as { batch: FloorEvent[] };
  const now = new Date().toISOString();
  for (const event of batch) {
    const isRight = typeof event.event === 'string' && event.event.length <= 200 && event.event.length > 0;
    if (!isRight || typeof event.distinct_id !== 'string' || event.distinct_id.length > 200) return undefined;
    if (event.properties !== undefined && typeof event.properties !== 'object') return undefined;
    event.event_id ??= randomUUID();
    event.received_at = now;
  }
  return batch;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const events = taken(Buffer.concat(chunks).toString());
    if (events === undefined) return void response.writeHead(400).end();
    (request.url === '/group' ? group : each)(events).then(
      () => {
        const text = `{"status":"ok","count":${events.length}}`;
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
      },
      () => response.writeHead(503).end(),
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit(0));
