import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const origin = path.resolve(import.meta.dirname, '../../shared/vectors');
const names = ['hashing.json', 'evaluation.json', 'keys.json', 'bad-inputs.json'];

describe('the vectors', () => {
  it.each(names)('%s is JSON, and equals its origin where that file exists', (name) => {
    const copy = readFileSync(path.join(import.meta.dirname, 'vectors', name), 'utf8');
    const source = path.join(origin, name);

    expect(JSON.parse(copy)).toEqual(JSON.parse(existsSync(source) ? readFileSync(source, 'utf8') : copy));
  });
});
