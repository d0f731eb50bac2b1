/** Reads every fact about flags, also those published while this program was away: `node catch-up.mjs .loom/credentials.json`. */
import { readFileSync } from 'node:fs';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const [file = '.loom/credentials.json'] = process.argv.slice(2);
const { nats } = JSON.parse(readFileSync(file, 'utf8'));
const connection = await connect({
  servers: nats.url,
  user: nats.user,
  pass: nats.password,
  // The only inbox that this user may read.
  inboxPrefix: '_INBOX.subscriber',
});

// A durable of your own: the server remembers what it acknowledged. Creating it again changes nothing.
const durable = { durable_name: 'ext_example', filter_subject: 'flag.>', ack_policy: AckPolicy.Explicit };
const manager = await jetstreamManager(connection, { checkAPI: false });
await manager.consumers.add('FLAGS', durable);

const consumer = await jetstream(connection).consumers.get('FLAGS', durable.durable_name);
for await (const message of await consumer.consume()) {
  const fact = message.json();
  console.log(fact.type, fact.data.flag_key);
  // After your own work: a fact without an acknowledgement comes again.
  message.ack();
}
