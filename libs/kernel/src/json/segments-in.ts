import { isObject } from './is-object.js';

/** Deeper trees are not valid conditions; the bound keeps recursion within the stack. */
const MAX_DEPTH = 100;

/**
 * Keys of the segments that a condition tree refers to, in order, duplicates included. Accepts any value: what is not a
 * condition refers to no segment.
 */
export function segmentsIn(conditions: unknown): string[] {
  return collect(conditions, 0);
}

function collect(tree: unknown, depth: number): string[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(tree)) return tree.flatMap((child) => collect(child, depth + 1));
  if (!isObject(tree)) return [];
  if (Array.isArray(tree['all'])) return collect(tree['all'], depth);
  if (Array.isArray(tree['any'])) return collect(tree['any'], depth);
  if (Object.hasOwn(tree, 'not')) return collect(tree['not'], depth + 1);
  return typeof tree['segment'] === 'string' ? [tree['segment']] : [];
}
