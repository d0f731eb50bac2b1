import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { factSchema, releasedFile, type AnyFact } from './fact-schemas.js';
import type { JsonSchema } from './json-schema.js';

const FOLDER = 'docs/schemas/facts';
/** Texts for readers: they may change at any time. */
const PROSE = new Set(['description', 'title', 'examples', '$comment']);

/** The released schemas by file name. */
export async function readReleased(root = '.'): Promise<ReadonlyMap<string, JsonSchema>> {
  const names = await readdir(join(root, FOLDER)).catch(() => []);
  const texts = names.map(async (name) => [name, await readFile(join(root, FOLDER, name), 'utf8')] as const);
  return new Map((await Promise.all(texts)).map(([name, text]) => [name, JSON.parse(text) as JsonSchema]));
}

/** Compares the facts with their released schemas. Returns one sentence per incompatible change; a removed fact is one, a new fact is not. */
export function breaks(facts: readonly AnyFact[], released: ReadonlyMap<string, JsonSchema>): readonly string[] {
  const current = new Map(facts.map((fact) => [basename(releasedFile(fact)), factSchema(fact)]));
  return [...released].flatMap(([name, before]) => {
    const after = current.get(name);
    if (after === undefined) return [`${name}: the fact is gone`];
    return changesOf(before, after, 'fact').map((change) => `${name}: ${change}`);
  });
}

/** All differences except added optional fields and changed texts. */
export function changesOf(before: unknown, after: unknown, path: string): readonly string[] {
  if (!isObject(before) || !isObject(after)) return same(before, after) ? [] : [`${path} changed`];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)].filter((key) => !PROSE.has(key)));
  return [...keys].flatMap((key) =>
    key === 'properties' && isObject(before[key]) && isObject(after[key])
      ? fieldChanges(before[key], after[key], path)
      : changesOf(before[key], after[key], `${path}.${key}`),
  );
}

/** Fields may be added; `required` must stay the same, so that added fields are optional. */
function fieldChanges(before: Fields, after: Fields, path: string): readonly string[] {
  return Object.keys(before).flatMap((name) =>
    name in after ? changesOf(before[name], after[name], `${path}.${name}`) : [`${path}.${name} is gone`],
  );
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Compares lists without regard to order, which has no meaning in `required` and in enums. */
function same(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return before === after;
  const sorted = (list: readonly unknown[]): string => JSON.stringify(list.map((item) => JSON.stringify(item)).sort());
  return sorted(before) === sorted(after);
}
