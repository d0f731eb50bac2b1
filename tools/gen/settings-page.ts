import { platformSettings, type Service } from '#libs/service';
import { toJsonSchema, typeOf, type JsonSchema } from './json-schema.js';
import { code, NOTICE, table } from './markdown.js';

type Definition = Pick<typeof platformSettings, 'shape'>;

export interface Setting {
  readonly name: string;
  readonly takes: string;
  readonly default: string;
  readonly meaning: string;
  /** The services that read it. Empty: all services. */
  readonly services: readonly string[];
}

/** docs/settings.md: one table of all settings. */
export function settingsPage(services: readonly Pick<Service, 'name' | 'settings'>[]): string {
  const rows = allSettings(services).map((setting) => [
    code(setting.name),
    setting.takes,
    setting.default === '' ? '–' : code(setting.default),
    setting.meaning,
    setting.services.length === 0 ? 'all' : setting.services.join(', '),
  ]);
  return [NOTICE, INTRODUCTION, table(['name', 'takes', 'default', '', 'read by'], rows), OF_TOOLS].join('\n\n');
}

const INTRODUCTION = `# Settings

Environment variables, read once when a process starts. \`NAME_FILE\` is the path of a file that holds the value; it takes
precedence over \`NAME\`. An empty variable counts as absent. When values are invalid, the process prints all mistakes and exits
with code 1.`;

const OF_TOOLS = `## Settings of \`npm start\`

\`npm start\` reads \`LOOM_POSTGRES_URL\` \`LOOM_NATS_URL\` \`LOOM_REDIS_URL\` too: it does not start a server if its URL is set.
It generates \`LOOM_ROLE_SECRET\` and the admin's password and stores them in \`LOOM_DATA_DIR\`. It also reads:

| name | default | |
| --- | --- | --- |
| \`LOOM_NATS_SUBSCRIBER_URL\` | \`LOOM_NATS_URL\` | URL of the read-only user for facts, written to \`credentials.json\` when \`npm start\` does not start NATS |
| \`LOOM_NATS_PASSWORDS\` | set when \`npm start\` starts NATS | JSON file of passwords by service: with it \`npm run start:split\` gives each service its own NATS user |
| \`LOOM_ADMIN_EMAIL\` | \`admin@loom.localhost\` | The first super admin |
| \`LOOM_START_WATCH\` | \`false\` | Restarts the platform when its files change; \`npm run dev\` sets it |`;

/** The settings of every service first, then the others by name; a setting that several services read is one row. */
export function allSettings(services: readonly Pick<Service, 'name' | 'settings'>[]): readonly Setting[] {
  const own = services.flatMap(({ name, settings = [] }) =>
    settings.flatMap((definition) => settingsOf(definition, [name])),
  );
  const byName = Map.groupBy(own, ({ name }) => name);
  const merged = [...byName.values()].map((same) => ({
    ...same[0]!,
    services: same.flatMap(({ services: by }) => by),
  }));
  return [...settingsOf(platformSettings, []), ...merged.toSorted((a, b) => (a.name < b.name ? -1 : 1))];
}

function settingsOf({ shape }: Definition, services: readonly string[]): readonly Setting[] {
  return Object.entries(shape).map(([name, schema]) => {
    const json = toJsonSchema(schema);
    if (json.description === undefined) throw new Error(`${name} has no description`);
    const initial = json.default === undefined ? '' : String(json.default);
    return { name, takes: takes(json), default: initial, meaning: json.description, services };
  });
}

function takes(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(' ');
  if (schema.format === 'uri') return 'a URL';
  if (schema.format === 'email') return 'an e-mail address';
  if (schema.type === 'integer') return range(schema);
  if ((schema.minLength ?? 0) > 1) return `text of ${schema.minLength} characters or more`;
  if (/^\d+[smhd]$/.test(String(schema.default))) return 'a duration: `90s` `15m` `12h` `7d`';
  return schema.type === 'string' ? 'text' : typeOf(schema);
}

/** Without an upper bound, zod reports the largest safe integer. */
function range({ minimum, maximum }: JsonSchema): string {
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? 'or more' : `to ${maximum}`;
  return `a whole number, ${minimum} ${to}`;
}
