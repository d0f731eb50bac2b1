import { houseOf } from '../house.js';
import { functionLength, lengthsOf } from './function-length.js';

const fn = (lines: number) => `function f() {\n${'  void 0;\n'.repeat(lines - 2)}}\n`;
const house = (...lengths: number[]) => houseOf({ 'bench/a.ts': lengths.map(fn).join('') });

describe('function-length', () => {
  it('counts functions, methods and arrows with a block, and no test', () => {
    const files = {
      'apps/flags/src/a.ts':
        'class A { constructor() {} get b() { return 1; } c() {} }\nconst d = () => {};\nconst e = () => 1;\n',
      'apps/flags/src/a.spec.ts': fn(50),
    };

    expect(lengthsOf(houseOf(files))).toMatchObject({ count: 4, median: 1, p90: 1 });
  });

  it('limits the median to 10 lines and the 90th percentile to 30', () => {
    expect(functionLength(house(10, 10, 10))).toEqual([]);
    expect(functionLength(house(2, 11, 11))).toMatchObject([
      { path: 'bench/a.ts', message: expect.stringContaining('median') },
    ]);
    expect(functionLength(house(2, 2, 31))).toMatchObject([{ line: 5, message: expect.stringContaining('90th') }]);
  });
});
