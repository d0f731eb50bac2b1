import { houseWith } from '../planted.spec-support.js';
import { ports } from './ports.js';

const path = 'apps/flags/src/application/ports/alarm.ts';
const port = 'export abstract class Alarm { abstract ring(): void }\n';
const bell = "import { Alarm } from '../application/ports/alarm.js';\nexport class Bell extends Alarm { ring() {} }\n";

describe('ports', () => {
  it('reports a port with one implementation', () => {
    const files = { [path]: port, 'apps/flags/src/metrics/bell.ts': bell };

    expect(ports(houseWith({ files }))).toEqual([
      { path, line: 1, message: expect.stringContaining('Alarm has 1 implementation') },
    ]);
  });

  it.each([
    ['extends', 'class Silent extends Alarm { ring() {} }'],
    ['implements', 'class Silent implements Alarm { ring() {} }'],
    ['an anonymous class', 'const silent = new (class extends Alarm { ring() {} })();'],
  ])('counts a test that implements it by %s', (_how, text) => {
    const files = {
      [path]: port,
      'apps/flags/src/metrics/bell.ts': bell,
      'apps/flags/test/world.ts': `import { Alarm } from '../src/application/ports/alarm.js';\n${text}\n`,
    };

    expect(ports(houseWith({ files }))).toEqual([]);
  });

  it('does not count a class that extends another port of the same name', () => {
    const files = {
      [path]: port,
      'apps/flags/src/metrics/bell.ts': bell,
      'apps/audit/test/alarm.ts': 'class Alarm {}\nclass Silent extends Alarm {}\n',
    };

    expect(ports(houseWith({ files }))).toHaveLength(1);
  });

  it('accepts a reason', () => {
    const text = `/** Rings. One implementation: the other side is a person. */\n${port}`;

    expect(ports(houseWith({ files: { [path]: text } }))).toEqual([]);
    expect(ports(houseWith({ files: { [path]: text.replace('the other side is a person.', '') } }))).toHaveLength(1);
  });
});
