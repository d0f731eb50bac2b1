import type { PatchOperation } from '#libs/contracts';
import { create } from 'jsondiffpatch';
import { format } from 'jsondiffpatch/formatters/jsonpatch';

/** Longer lists are replaced as a whole: the cost of comparing two lists is the product of their lengths. */
const MAX_COMPARED = 100;
/** Objects with more members are replaced as a whole: only free JSON has as many. */
const MAX_MEMBERS = 1_000;
/** First character of a text that represents a long list or a large object. Stored texts cannot contain NUL. */
const WHOLE = '\u0000';

// Without moves, patches are longer but exact: indexes of moved elements are ambiguous.
const differ = create({ arrays: { detectMove: false }, objectHash: identityOf });

/** The RFC 6902 patch that turns one JSON value into another. */
export function jsonDiff(before: unknown, after: unknown): readonly PatchOperation[] {
  const delta = differ.diff(withoutLarge(before), withoutLarge(after));
  if (delta === undefined) return [];
  return (format(delta) as PatchOperation[]).map((operation) =>
    'value' in operation ? { ...operation, value: withLarge(operation.value) } : operation,
  );
}

/** Identifies an element of a list, so that an edited rule becomes an edit instead of a removed and an added rule. */
function identityOf(element: object | null, index?: number): string {
  if (element === null) return 'null';
  const { id, name, flag_key, variant } = element as Readonly<Record<string, unknown>>;
  const identifier = id ?? name ?? flag_key ?? variant;
  return typeof identifier === 'string' ? identifier : `#${index}`;
}

function withoutLarge(value: unknown): unknown {
  if (isLarge(value)) return `${WHOLE}${JSON.stringify(value)}`;
  return mapInside(value, withoutLarge);
}

function isLarge(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > MAX_COMPARED;
  if (typeof value !== 'object' || value === null) return false;
  let members = 0;
  for (const _name in value) if (++members > MAX_MEMBERS) return true;
  return false;
}

function withLarge(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith(WHOLE)) return JSON.parse(value.slice(1));
  return mapInside(value, withLarge);
}

/** Copies into objects without a prototype: the library takes inherited members such as `valueOf` for existing ones. */
function mapInside(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(value)) mapped[name] = map(inner);
  return mapped;
}
