import { houseWith, planted } from './planted.spec-support.js';
import { rules } from './rules.js';

describe('the rules of the house', () => {
  it('each have a planted violation', () => {
    expect(rules.map(({ name }) => name).toSorted()).toEqual(Object.keys(planted).toSorted());
  });

  it.each(rules)('$name reports nothing in a clean project', ({ check }) => {
    expect(check(houseWith({}))).toEqual([]);
  });

  it.each(rules)('$name reports a planted violation, with its place', ({ name, check }) => {
    const { at, ...violation } = planted[name]!;

    expect(check(houseWith(violation))).toContainEqual(expect.objectContaining({ path: at }));
  });
});
