import { houseOf, type Commit, type House } from './house.js';

type Files = Readonly<Record<string, string>>;

/** What breaks one rule: files that are added or changed, commits, and where the rule reports it. */
export interface Planted {
  readonly files?: Files;
  readonly commits?: readonly Commit[];
  readonly at: string;
}

/** A small project that no rule complains of. */
export const cleanFiles: Files = {
  'README.md': '# Loom\n\nFlags, evaluated in memory.\n',
  'docs/settings.md': '| name |\n| --- |\n| `LOOM_PORT` |\n',
  'tools/house/lib-order.json': '["kernel"]',
  'tools/house/test-ratio.json': '{ "apps/flags": 0.2, "libs/kernel": 0 }',
  'libs/kernel/README.md': '# kernel\n',
  'libs/kernel/src/index.ts': "export { Clock, SystemClock } from './clock.js';\n",
  'libs/kernel/src/clock.ts': `
/** Gives the time. */
export abstract class Clock { abstract now(): Date }
export class SystemClock extends Clock { now() { return new Date(); } }
`,
  'apps/flags/README.md': '# flags\n',
  'apps/flags/src/main.ts': `
import { composeFlags } from './composition.js';
import { up } from './db/migrations/0001-create-flags.js';
import { FlagHandlers } from './rpc/flags.handlers.js';
export const flags = [composeFlags(), up, new FlagHandlers()];
`,
  'apps/flags/src/composition.ts': `
import { SystemClock } from '#libs/kernel';
import { CreateFlag } from './application/create-flag.js';
import { PostgresFlags } from './db/flag.store.js';
export const composeFlags = () => new CreateFlag(new PostgresFlags('flags'), new SystemClock());
`,
  'apps/flags/src/application/create-flag.ts': `
import type { Clock } from '#libs/kernel';
export class CreateFlag {
  constructor(private readonly flags: object, private readonly clock: Clock) {}
  execute() { return [this.flags, this.clock]; }
}
`,
  'apps/flags/src/db/flag.store.ts': `
export class PostgresFlags { constructor(readonly table: string) {} }
`,
  'apps/flags/src/db/migrations/0001-create-flags.ts': 'export const up = "create table flag ()";\n',
  'apps/flags/src/rpc/flags.handlers.ts': 'export class FlagHandlers {}\n',
  'apps/flags/test/create-flag.spec.ts': `
import { Clock } from '#libs/kernel';
import { CreateFlag } from '../src/application/create-flag.js';
class FixedClock extends Clock { now() { return new Date(0); } }
describe('CreateFlag', () => {
  it('keeps what it is given', () => expect(new CreateFlag({}, new FixedClock()).execute()).toHaveLength(2));
});
`,
};

const longFunction = `export function long() {\n${'  void 0;\n'.repeat(30)}}\n`;

/** One violation for each rule, by the rule's name. */
export const planted: Readonly<Record<string, Planted>> = {
  'door-budget': {
    files: {
      'libs/kernel/src/index.ts': "export { Clock, SystemClock } from './clock.js';\nexport { Ids } from './ids.js';\n",
      'libs/kernel/src/ids.ts': 'export class Ids {}\n',
    },
    at: 'libs/kernel/src/index.ts',
  },
  'folder-size': { files: numbered(21, (n) => `apps/flags/src/domain/rule-${n}.ts`), at: 'apps/flags/src/domain' },
  'app-roots': { files: { 'apps/flags/src/by-hand.ts': '' }, at: 'apps/flags/src/by-hand.ts' },
  'lib-roots': { files: numbered(8, (n) => `libs/kernel/src/stray-${n}.ts`), at: 'libs/kernel/src/stray-1.ts' },
  'lib-order': { files: { 'libs/warehouse/README.md': '# warehouse\n' }, at: 'libs/warehouse' },
  construction: {
    files: {
      'apps/flags/src/operator/create.ts': `
import { CreateFlag } from '../application/create-flag.js';
export const create = new CreateFlag({}, { now: () => new Date() });
`,
    },
    at: 'apps/flags/src/operator/create.ts',
  },
  ports: {
    files: { 'apps/flags/src/application/ports.ts': 'export abstract class Alarm { abstract ring(): void }\n' },
    at: 'apps/flags/src/application/ports.ts',
  },
  'commit-subjects': { commits: [{ hash: 'abc1234', subject: `feat: ${'long '.repeat(14)}` }], at: 'abc1234' },
  'test-ratio': {
    files: { 'tools/house/test-ratio.json': '{ "apps/flags": 1.5, "libs/kernel": 0 }' },
    at: 'apps/flags',
  },
  'words-in-comments': { files: { 'bench/table.ts': '/** Nobody knows. */\n' }, at: 'bench/table.ts' },
  'words-in-test-names': {
    files: { 'e2e/a.e2e.spec.ts': "it('tells the gateway', () => {});\n" },
    at: 'e2e/a.e2e.spec.ts',
  },
  'words-in-messages': { files: { 'bench/table.ts': "throw new Error('Say why it failed');\n" }, at: 'bench/table.ts' },
  'words-in-docs': { files: { 'docs/guide.md': 'The relay hears of it.\n' }, at: 'docs/guide.md' },
  'function-length': {
    files: Object.fromEntries(
      Object.keys(numbered(9, (n) => `bench/long-${n}.ts`)).map((path) => [path, longFunction]),
    ),
    at: 'bench/long-9.ts',
  },
  'file-names': {
    files: { 'apps/flags/src/db/migrations/create.ts': '' },
    at: 'apps/flags/src/db/migrations/create.ts',
  },
  readmes: { files: { 'apps/audit/src/main.ts': '' }, at: 'apps/audit' },
  'settings-tables': { files: { 'apps/flags/README.md': '| `LOOM_PORT` | 80 |\n' }, at: 'apps/flags/README.md' },
  'forbidden-syntax': { files: { 'bench/table.ts': 'export const table = [] as never;\n' }, at: 'bench/table.ts' },
};

export function houseWith({ files = {}, commits = [] }: Partial<Planted>): House {
  return houseOf({ ...cleanFiles, ...files }, commits);
}

function numbered(count: number, path: (n: number) => string): Files {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [path(index + 1), '']));
}
