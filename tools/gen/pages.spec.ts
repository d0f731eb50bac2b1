import { z } from 'zod';
import { facts } from '#libs/contracts';
import { defineSettings, type Service } from '#libs/service';
import { asyncApi } from './asyncapi.js';
import { eventsPage, streamOf } from './events-page.js';
import { table } from './markdown.js';
import { allSettings } from './settings-page.js';
import { toYaml } from './yaml.js';

describe('docs/events.md', () => {
  it('has every fact of the catalogue with its subject', () => {
    const page = eventsPage();

    for (const { type, version } of facts) {
      expect(page).toContain(`### ${type}, version ${version}\n`);
      expect(page).toContain(`Subject \`${type}.<org>\``);
    }
  });

  it('has the meaning of every fact, in whole sentences', () => {
    const page = eventsPage();

    for (const { meaning } of facts) {
      expect(meaning).toMatch(/^[A-Z].+\.$/);
      expect(page).toContain(meaning);
    }
  });

  it('refuses a fact with a subject that is in no stream', () => {
    expect(() => streamOf({ type: 'weather.changed' })).toThrow('weather.changed');
  });
});

describe('docs/asyncapi.yaml', () => {
  it('refers to nothing that is not there', () => {
    const document = asyncApi();
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!.split('/'));

    expect(refs.length).toBeGreaterThan(facts.length);
    for (const ref of refs) {
      const target = ref.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], document);
      expect([ref.join('/'), target]).toEqual([ref.join('/'), expect.anything()]);
    }
  });
});

describe('docs/settings.md', () => {
  const definition = (shape: z.ZodRawShape) => defineSettings('Test', shape, (env) => env);
  const service = (name: string, shape: z.ZodRawShape): Pick<Service, 'name' | 'settings'> => ({
    name,
    settings: [definition(shape)],
  });

  it('gives a setting its default, range and reader; one that two services read is one row', () => {
    const shared = { LOOM_SHARED: z.string().default('x').describe('Shared') };
    const services = [
      service('flags', {
        ...shared,
        LOOM_BATCH: z.coerce.number().int().min(1).max(9).default(5).describe('How many'),
      }),
      service('gateway', shared),
    ];

    expect(allSettings(services).filter(({ services: by }) => by.length > 0)).toEqual([
      { name: 'LOOM_BATCH', takes: 'a whole number, 1 to 9', default: '5', meaning: 'How many', services: ['flags'] },
      { name: 'LOOM_SHARED', takes: 'text', default: 'x', meaning: 'Shared', services: ['flags', 'gateway'] },
    ]);
  });

  it("begins with the platform's, which every service reads", () => {
    const [first] = allSettings([]);

    expect(first).toMatchObject({ name: 'LOOM_HTTP_HOST', services: [] });
  });

  it('refuses a setting without a description', () => {
    expect(() => allSettings([service('flags', { LOOM_MUTE: z.string() })])).toThrow('LOOM_MUTE has no description');
  });
});

describe('toYaml', () => {
  it('writes maps, lists, empty ones and texts that look like something else', () => {
    const value = {
      a: { b: [1, { c: 'd', e: [] }] },
      t: 'true',
      n: null,
      v: '3.0.0',
      $ref: '#/x',
      o: {},
      gone: undefined,
    };

    expect(toYaml(value)).toBe(
      [
        'a:', '  b:', '    - 1', '    - c: d', '      e: []', 't: "true"', 'n: null', 'v: "3.0.0"', '"$ref": "#/x"', 'o: {}', '',
      ].join('\n'), // prettier-ignore
    );
  });
});

describe('table', () => {
  it('keeps a bar inside its cell', () => {
    expect(table(['a'], [['x | y']])).toBe('| a |\n| --- |\n| x \\| y |');
  });
});
