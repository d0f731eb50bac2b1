import fc from 'fast-check';
import { parseSettings, platformSettings } from '#libs/service';
import { services } from '../../apps/standalone/src/described.js';

const definitions = [platformSettings, ...new Set(services.flatMap(({ settings = [] }) => settings))];
const blank = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0', '\u2003'), maxLength: 5 });

describe('every setting', () => {
  it.each(definitions.map((definition) => [definition.token, definition] as const))(
    'of %s counts as absent when it is blank, whatever its schema',
    (token, definition) => {
      const absent = parseSettings([definition], {}).get(token);
      const names = definition.names.flatMap((name) => [name, `${name}_FILE`]);

      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...names), blank), (environment) => {
          expect(parseSettings([definition], environment).get(token)).toEqual(absent);
        }),
      );
      const allBlank = Object.fromEntries(names.map((name) => [name, ' ']));
      expect(parseSettings([definition], allBlank).get(token)).toEqual(absent);
    },
  );
});
