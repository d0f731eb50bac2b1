import { facts } from '#libs/contracts';
import { openApiDocument, services } from '../../apps/standalone/src/described.js';
import { deployFiles } from '../deploy/generated.js';
import { asyncApi } from './asyncapi.js';
import { decisionsPage, readDecisions } from './decisions-page.js';
import { eventsPage } from './events-page.js';
import { factSchema, releasedFile } from './fact-schemas.js';
import { differing, write, type GeneratedFiles } from './files.js';
import { breaks, readReleased } from './released.js';
import { settingsPage } from './settings-page.js';
import { toYaml } from './yaml.js';

/** All generated files by path. */
async function generate(): Promise<GeneratedFiles> {
  const schemas = facts.map((fact) => [releasedFile(fact), json(factSchema(fact))] as const);
  return new Map([
    ['docs/events.md', eventsPage()],
    ['docs/asyncapi.yaml', toYaml(asyncApi())],
    ...deployFiles(),
    ['docs/settings.md', settingsPage(services)],
    ['docs/decisions/README.md', decisionsPage(readDecisions())],
    ['docs/openapi.json', json(await openApiDocument())],
    ...schemas,
  ]);
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

const isCheck = process.argv.includes('--check');
const broken = breaks(facts, await readReleased());
if (broken.length > 0) fail('A released fact may only gain optional fields; define a new version instead:', broken);
const files = await generate();
const different = await differing(files);
if (isCheck && different.length > 0) fail('Out of date; `npm run gen` updates them:', different);
if (!isCheck) await write(files, different);
console.log(
  different.length === 0 ? `${files.size} generated files are up to date.` : `Wrote ${different.join(', ')}.`,
);
process.exit(0);

function fail(what: string, lines: readonly string[]): never {
  console.error([what, ...lines.map((line) => `  ${line}`)].join('\n'));
  process.exit(1);
}
