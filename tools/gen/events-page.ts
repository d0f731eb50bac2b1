import { durables, factEnvelope, facts, streams, type DurableDefinition, type StreamDefinition } from '#libs/contracts';
import { readFileSync } from 'node:fs';
import { dataSchema, releasedFile, type AnyFact } from './fact-schemas.js';
import { fieldsOf, toJsonSchema, type Field } from './json-schema.js';
import { code, NOTICE, table } from './markdown.js';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** docs/events.md: every fact on the bus, and the streams and consumers that carry them. */
export function eventsPage(): string {
  return [
    NOTICE,
    INTRODUCTION,
    catchUpSection(),
    envelopeSection(),
    factSections(),
    streamSection(),
    durableSection(),
  ].join('\n\n');
}

const INTRODUCTION = `# Facts on the bus

A fact is a message about a change that was committed. Services publish facts on NATS JetStream. A subject has three tokens,
\`<entity>.<action>.<org>\`; the last one is the organization's id, or \`platform\`. Subscribe to \`flag.updated.>\` for one type of
fact in every organization, and to \`flag.*.<org>\` for all facts about flags in one organization; \`flag.updated\` alone matches
nothing. The read-only user \`nats\` in \`.loom/credentials.json\` may subscribe to all of them.

A fact may arrive twice, with the same \`id\` (also sent as \`Nats-Msg-Id\`). Facts of one organization arrive in the order of their
commits. Within a version only optional fields are added, so ignore fields that you do not know. The same content for machines is in
[asyncapi.yaml](asyncapi.yaml), with one JSON schema per fact in [schemas/facts](schemas/facts).`;

/** The program is run by a test. */
const EXAMPLE = 'docs/examples/catch-up.mjs';

function catchUpSection(): string {
  const program = readFileSync(EXAMPLE, 'utf8').trimEnd();
  return `## Reading what you missed

A plain subscription receives what is published while it is open. To read what was published before, make a consumer of your own
on \`FLAGS\`, \`ACCOUNTS\` or \`USAGE\`: an ordered consumer to read from the beginning or from a time, or a durable
named \`ext_<name>\`, which continues where you left off. Nothing else is allowed to this user, and not the consumers of the
platform. The streams keep facts for a limited time (see [Streams](#streams)): after a longer absence read the state from the API.

In Node, with [${EXAMPLE.split('/').at(-1)}](examples/catch-up.mjs):

\`\`\`js
${program}
\`\`\`

With the \`nats\` command: give it the address, user and password of \`nats\` in \`.loom/credentials.json\` and the inbox
prefix \`_INBOX.subscriber\` (\`--inbox-prefix\`), add a pull consumer \`ext_<name>\` to the stream \`FLAGS\` with
\`consumer add\` (filter \`flag.>\`, explicit acknowledgement, deliver all), then read with \`consumer next\`.`;
}

function envelopeSection(): string {
  const { data: _data, ...properties } = toJsonSchema(factEnvelope).properties ?? {};
  const fields = fieldsOf({ ...toJsonSchema(factEnvelope), properties });
  const headers = 'The CloudEvents headers `ce-id` `ce-type` `ce-source` `ce-time` `ce-subject` repeat the envelope.';
  return `## The envelope\n\n${fieldTable(fields)}\n\nThe envelope also has \`data\`, the fields of the fact. ${headers}`;
}

function factSections(): string {
  return ['## Facts', ...facts.map((fact: AnyFact) => factSection(fact))].join('\n\n');
}

function factSection(fact: AnyFact): string {
  const { type, version } = fact;
  const where = `Subject ${code(`${type}.<org>`)}, stream ${streamOf(fact).name}.`;
  const schema = `[Schema](${releasedFile(fact).replace('docs/', '')}).`;
  const heading = `### ${type}, version ${version}`;
  return [heading, fact.meaning, `${where} ${schema}`, fieldTable(fieldsOf(dataSchema(fact)))].join('\n\n');
}

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(({ name, type, required, description }) => [
    code(name),
    code(type),
    required ? 'always' : 'optional',
    description,
  ]);
  return table(['field', 'type', '', ''], rows);
}

function streamSection(): string {
  const rows = streams.map(({ name, subjects, retention, maxBytes, maxAgeMs }) => [
    code(name),
    subjects.map(code).join(' '),
    retention === 'limits' ? 'limits; discards the oldest' : 'interest; refuses when full',
    `${maxBytes / MIB} MiB`,
    maxAgeMs === undefined ? 'as long as needed' : `${maxAgeMs / DAY_MS} days`,
  ]);
  return `## Streams\n\n${table(['stream', 'subjects', 'retention', 'at most', 'kept'], rows)}`;
}

function durableSection(): string {
  const all: readonly DurableDefinition[] = Object.values(durables);
  const rows = all.map(({ name, stream, filter }) => [code(name), code(stream), code(filter), code(`dead.${name}`)]);
  const note = `Durable pull consumers with explicit acknowledgement. A failed delivery is repeated after 1 s, 5 s, 30 s, 2 min and
10 min; then the message becomes a dead letter with the reason. A message that cannot be parsed becomes one at once.`;
  return `## Consumers\n\n${note}\n\n${table(['durable', 'stream', 'filter', 'dead letters'], rows)}`;
}

/** @throws Error when no stream contains the subject of the fact */
export function streamOf({ type }: Pick<AnyFact, 'type'>): StreamDefinition {
  const entity = type.slice(0, type.indexOf('.'));
  const stream = streams.find(({ subjects }) => [entity, type].some((kept) => subjects.includes(`${kept}.>`)));
  if (stream === undefined) throw new Error(`No stream in libs/contracts/src/bus/streams.ts keeps ${type}`);
  return stream;
}
