import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { DEAD_HEADERS } from '#libs/bus';
import { knownEnvironment } from '../start/known-environment.js';

/**
 * `list [consumer]`, `show <number>`, `replay <number>`: dead letters directly on NATS, for when the gateway is down. Writes no
 * audit log entries. Exit code 1: it failed; 2: wrong arguments.
 */
const USAGE = 'Usage: node tools/dead-letters.mjs list [consumer] | show <number> | replay <number>';
const STREAM = 'DEAD';
const TIMEOUT_MS = 5_000;

interface Bus {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
}
type Command = (bus: Bus, argument: string | undefined) => Promise<void>;

const commands: Readonly<Record<string, Command>> = { list, show, replay };

async function list({ manager }: Bus, consumer: string | undefined): Promise<void> {
  const { first_seq: first, last_seq: last } = (await manager.streams.info(STREAM)).state;
  for (let seq = last; seq >= Math.max(1, first); seq--) {
    const letter = await manager.streams.getMessage(STREAM, { seq });
    if (letter === null || (consumer !== undefined && letter.subject !== `dead.${consumer}`)) continue;
    const { at, subject, part, reason } = DEAD_HEADERS;
    const fields = [at, subject, part, reason].map((name) => letter.header.get(name));
    console.log([seq, letter.subject.slice('dead.'.length), ...fields].join('\t'));
  }
}

async function show({ manager }: Bus, number: string | undefined): Promise<void> {
  const letter = await found(manager, number);
  for (const name of letter.header.keys()) console.log(`${name}: ${letter.header.values(name).join(', ')}`);
  console.log(`\n${letter.string()}`);
}

async function replay({ connection, manager }: Bus, number: string | undefined): Promise<void> {
  const { header, data, seq } = await found(manager, number);
  if (header.has(DEAD_HEADERS.leftOut)) throw new Error('It was too large to be kept: it cannot be replayed');
  const head = originalHeaders(header);
  head.set('loom-replay-of', String(seq));
  const payload = header.has(DEAD_HEADERS.part) ? Buffer.concat([Buffer.from('['), data, Buffer.from(']')]) : data;
  const subject = header.get(DEAD_HEADERS.subject);
  await jetstream(connection).publish(subject, payload, { headers: head, msgID: randomUUID(), timeout: TIMEOUT_MS });
  console.log(`Published on ${subject}. It is not in the audit log: write down your name and the reason.`);
}

function originalHeaders(header: MsgHdrs): MsgHdrs {
  const head = headers();
  const prefix = DEAD_HEADERS.originalPrefix;
  for (const name of header.keys().filter((each) => each.startsWith(prefix))) {
    for (const value of header.values(name)) head.append(name.slice(prefix.length), value);
  }
  return head;
}

async function found(manager: JetStreamManager, number = ''): Promise<StoredMsg> {
  const letter = /^\d+$/.test(number) ? await manager.streams.getMessage(STREAM, { seq: Number(number) }) : null;
  if (letter === null) throw new Error(`There is no dead letter ${number}`);
  return letter;
}

async function natsUrl(env: NodeJS.ProcessEnv): Promise<string> {
  return env['LOOM_NATS_URL'] ?? (await knownEnvironment(env))['LOOM_NATS_URL']!;
}

async function open(url: URL): Promise<NatsConnection> {
  const [user, pass] = [url.username, url.password].map((text) => decodeURIComponent(text) || undefined);
  return connect({ servers: url.host, user, pass, timeout: TIMEOUT_MS, reconnect: false }).catch((error: unknown) => {
    throw new Error(`NATS at ${url.host} cannot be reached`, { cause: error });
  });
}

async function main([name = '', argument]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(USAGE);
    return 2;
  }
  const connection = await open(new URL(await natsUrl(process.env)));
  try {
    await command({ connection, manager: await jetstreamManager(connection, { timeout: TIMEOUT_MS }) }, argument);
    return 0;
  } finally {
    await connection.close();
  }
}

process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
