import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PLATFORM_SETTINGS } from './platform-settings.js';
import { defineSettings, InvalidSettings, parseSettings } from './settings.js';
import { effectiveSettings } from '../start.js';

const limits = defineSettings(
  'Limits',
  { A_LIMIT: z.coerce.number().int(), A_NAME: z.string().default('x') },
  (env) => ({
    limit: env.A_LIMIT,
    name: env.A_NAME,
  }),
);
const other = defineSettings('Other', { B_URL: z.url() }, (env) => ({ url: env.B_URL }));

describe('settings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loom-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['', ' ', '\t \n', '\u00a0'])('are parsed with defaults; the blank %j counts as absent', (blank) => {
    expect(parseSettings([limits], { A_LIMIT: '7', A_NAME: blank }).get('Limits')).toEqual({ limit: 7, name: 'x' });
    expect(() => parseSettings([limits], { A_LIMIT: blank })).toThrow('A_LIMIT');
    expect(parseSettings([limits], { A_LIMIT: '7', A_LIMIT_FILE: blank }).get('Limits')).toMatchObject({ limit: 7 });
  });

  it('are refused with every mistake of every definition in one error', () => {
    const parse = () => parseSettings([limits, other], { A_LIMIT: 'many', B_URL: 'no url' });
    expect(parse).toThrow(InvalidSettings);
    expect(parse).toThrow(/A_LIMIT[^]*B_URL/);
  });

  it('are read from the file in NAME_FILE, which takes precedence over NAME', () => {
    const file = join(folder, 'limit');
    writeFileSync(file, '8\n');
    expect(parseSettings([limits], { A_LIMIT: '7', A_LIMIT_FILE: file }).get('Limits')).toMatchObject({ limit: 8 });
    expect(() => parseSettings([limits], { A_LIMIT_FILE: join(folder, 'none') })).toThrow(/A_LIMIT_FILE/);
  });

  it('are printed without secrets', () => {
    const settings = effectiveSettings([], {
      LOOM_POSTGRES_URL: 'postgres://loom:canary-1@localhost/loom',
      LOOM_ROLE_SECRET: 'canary-2-canary-2',
      LOOM_NATS_URL: 'nats://loom:canary-3@localhost',
      LOOM_REDIS_URL: 'redis://:canary-4@localhost',
    });
    const printed = JSON.stringify(Object.fromEntries(settings));
    expect(printed).toContain(PLATFORM_SETTINGS);
    expect(printed).toContain('[redacted]');
    expect(printed).not.toContain('canary');
  });
});
