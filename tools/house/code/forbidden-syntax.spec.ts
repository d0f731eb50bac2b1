import { houseWith } from '../planted.spec-support.js';
import { forbiddenSyntax } from './forbidden-syntax.js';

describe('forbidden-syntax', () => {
  it.each([
    ['export default 1;', 1],
    ['export default class {}', 1],
    ['forwardRef(() => Flags);', 1],
    ["import { ModuleRef } from '@nestjs/core';\nconst ref: ModuleRef = other;", 1],
    ['call(value as never);', 1],
    ["const text = 'export default forwardRef as never';\n/* ModuleRef */ const empty: never[] = [];", 0],
  ])('%j: %d', (text, count) => {
    expect(forbiddenSyntax(houseWith({ files: { 'apps/flags/src/domain/a.ts': text } }))).toHaveLength(count);
    expect(forbiddenSyntax(houseWith({ files: { 'bench/engine/peers/a.ts': text } }))).toEqual([]);
  });
});
