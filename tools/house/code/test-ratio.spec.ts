import { houseWith } from '../planted.spec-support.js';
import { raisedRatios, ratiosOf, testRatio } from './test-ratio.js';

const lines = (count: number) => 'void 0;\n'.repeat(count);
const audit = { 'apps/audit/src/main.ts': lines(100), 'apps/audit/test/main.spec.ts': lines(50) };
const committed = (ratio: number) => ({
  ...audit,
  'tools/house/test-ratio.json': JSON.stringify({ 'apps/flags': 0, 'libs/kernel': 0, 'apps/audit': ratio }),
});

describe('test-ratio', () => {
  it('divides lines of tests by lines of source', () => {
    expect(ratiosOf(houseWith({ files: audit }))).toMatchObject({ 'apps/audit': 0.5 });
  });

  it.each([
    [0.4, 0],
    [0.52, 0],
    [0.53, 1],
  ])('with %d committed and 0.5 there are %d violations', (ratio, count) => {
    expect(testRatio(houseWith({ files: committed(ratio) }))).toHaveLength(count);
  });

  it('reports a part without a number', () => {
    expect(testRatio(houseWith({ files: audit }))).toMatchObject([{ path: 'apps/audit' }]);
  });

  it('is raised, never lowered; parts that are gone leave the list', () => {
    const files = committed(0.9);
    const gone = { 'tools/house/test-ratio.json': '{ "apps/audit": 0.1, "apps/gone": 1 }' };

    expect(raisedRatios(houseWith({ files }))).toMatchObject({ 'apps/audit': 0.9 });
    expect(Object.entries(raisedRatios(houseWith({ files: { ...files, ...gone } })))).toEqual([
      ['apps/audit', 0.5],
      ['apps/flags', expect.any(Number)],
      ['libs/kernel', 0],
    ]);
  });
});
