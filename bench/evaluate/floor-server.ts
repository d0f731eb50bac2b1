import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { floor } from '../engine/floor.js';
import { KEYS, segments, workloadFlags, type Person } from '../engine/workload.js';
import { FLAGS, PATHS } from './flags.js';

/**
 * The least that an answer can cost: `node:http`, JSON.parse, compiled closures, JSON.stringify. No key, no schema, no strict
 * JSON, no request id, no metrics. Sends its port to its parent.
 */
const flags = workloadFlags(FLAGS);
const contender = await floor({ flags, segments });
const one = contender.evaluatorOf(flags.find(({ key }) => key === KEYS.fiveRules)!);

const answers: Readonly<Record<string, (person: Person) => string>> = {
  [PATHS.single]: (person) => JSON.stringify({ flag_key: KEYS.fiveRules, value: one(person), reason: 'SPLIT' }),
  [PATHS.bulk]: (person) => JSON.stringify({ flags: contender.evaluateAll(person) }),
};

const server = createServer((request, response) => {
  let body: Buffer | undefined;
  request.on('data', (chunk: Buffer) => (body = body === undefined ? chunk : Buffer.concat([body, chunk])));
  request.on('end', () => answer(request, response, body!));
});

function answer({ url }: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const person = (JSON.parse(body.toString()) as { context: Person }).context;
  if (url === PATHS.unchanged) return void response.writeHead(304, { etag: `"${person.userId}"` }).end();
  const text = answers[url!]!(person);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit(0));
