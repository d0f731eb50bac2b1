import type { PatchOperation } from '#libs/contracts';
import { create } from 'jsondiffpatch';
import { format } from 'jsondiffpatch/formatters/jsonpatch';

/** Longer lists are replaced whole: comparing them costs the product of their lengths, and nobody reads the outcome. */
const MAX_COMPARED = 100;
/** Begins a text that stands for a list; no stored text has a NUL. */
const WHOLE = '\u0000';

// Moves would be shorter, and they are where patches of arrays go wrong: removing and adding is exact.
const differ = create({ arrays: { detectMove: false }, objectHash: nameOf });

/** The RFC 6902 patch that turns one JSON value into another. */
export function jsonDiff(before: unknown, after: unknown): readonly PatchOperation[] {
  const delta = differ.diff(withoutLongLists(before), withoutLongLists(after));
  if (delta === undefined) return [];
  return (format(delta) as PatchOperation[]).map((operation) =>
    'value' in operation ? { ...operation, value: withLongLists(operation.value) } : operation,
  );
}

/** By what an element of a list is known, so that an edited rule is an edit and not another rule. */
function nameOf(element: object | null, index?: number): string {
  if (element === null) return 'null';
  const { id, name, flag_key, variant } = element as Readonly<Record<string, unknown>>;
  const known = id ?? name ?? flag_key ?? variant;
  return typeof known === 'string' ? known : `#${index}`;
}

function withoutLongLists(value: unknown): unknown {
  if (Array.isArray(value) && value.length > MAX_COMPARED) return `${WHOLE}${JSON.stringify(value)}`;
  return mapInside(value, withoutLongLists);
}

function withLongLists(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith(WHOLE)) return JSON.parse(value.slice(1));
  return mapInside(value, withLongLists);
}

/** Into objects without a prototype: to the library a member `valueOf` of any other is there already. */
function mapInside(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(value)) mapped[name] = map(inner);
  return mapped;
}
