/** `node tools/dead-letters.mjs list|show|replay`: dead letters straight on NATS, for when the gateway is down. Nothing of it is audited. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';

const ORIGINAL = 'loom-original-';
const usage = 'LOOM_NATS_URL=nats://… node tools/dead-letters.mjs list [consumer] | show <number> | replay <number>';
const [command, argument] = process.argv.slice(2);
const commands = { list, show, replay };
if (!Object.hasOwn(commands, command ?? '')) {
  console.error(usage);
  process.exit(2);
}
const url = new URL(process.env.LOOM_NATS_URL ?? 'nats://127.0.0.1:4222');
const [user, pass] = [url.username, url.password].map((text) => decodeURIComponent(text) || undefined);
const nats = await connect({ servers: url.host, user, pass, timeout: 5_000 });
try {
  await commands[command](await jetstreamManager(nats));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await nats.close();
}

async function list(manager) {
  const { first_seq, last_seq } = (await manager.streams.info('DEAD')).state;
  for (let seq = last_seq; seq >= Math.max(1, first_seq); seq--) {
    const letter = await manager.streams.getMessage('DEAD', { seq });
    if (letter === null || (argument !== undefined && letter.subject !== `dead.${argument}`)) continue;
    const of = (name) => letter.header.get(`loom-${name}`);
    console.log([seq, of('at'), letter.subject.slice(5), of('subject'), of('part'), of('reason')].join('\t'));
  }
}

async function show(manager) {
  const letter = await found(manager);
  for (const name of letter.header.keys()) console.log(`${name}: ${letter.header.values(name).join(', ')}`);
  console.log(`\n${letter.string()}`);
}

async function replay(manager) {
  const { header, data, seq } = await found(manager);
  if (header.has('loom-left-out')) throw new Error('It was too large to be kept: it cannot be replayed');
  const head = headers();
  for (const name of header.keys().filter((each) => each.startsWith(ORIGINAL))) {
    for (const value of header.values(name)) head.append(name.slice(ORIGINAL.length), value);
  }
  head.set('loom-replay-of', String(seq));
  const payload = header.has('loom-part') ? Buffer.concat([Buffer.from('['), data, Buffer.from(']')]) : data;
  const options = { headers: head, msgID: randomUUID(), timeout: 5_000 };
  await jetstream(nats).publish(header.get('loom-subject'), payload, options);
  console.log(`Published on ${header.get('loom-subject')}. This stands in no audit log: write down who and why.`);
}

async function found(manager) {
  const letter = /^\d+$/.test(argument ?? '')
    ? await manager.streams.getMessage('DEAD', { seq: Number(argument) })
    : null;
  if (letter === null) throw new Error(`There is no dead letter ${argument ?? ''}`);
  return letter;
}
