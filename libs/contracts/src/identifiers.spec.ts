import { environmentOf, idOf } from './identifiers.js';

const ID = '01997d1c-5b3c-7000-8000-0000000000ab';

describe('an id', () => {
  it('may be written in any case', () => {
    expect(idOf(ID)).toBe(ID);
    expect(idOf(ID.toUpperCase())).toBe(ID);
    expect(idOf(ID.slice(1))).toBeUndefined();
    expect(idOf(`${ID}\n`)).toBeUndefined();
  });
});

describe('an environment', () => {
  it('is a name, or an id in any case', () => {
    expect(environmentOf('dev')).toBe('dev');
    expect(environmentOf('Dev')).toBeUndefined();
    expect(environmentOf(ID.toUpperCase())).toBe(ID);
    expect(environmentOf('')).toBeUndefined();
  });
});
