import { AppError, type Json } from '#libs/kernel';

/** Members whose content is kept as it is written: values of flags and conditions, and metadata. */
const KEPT: ReadonlySet<string> = new Set(['value', 'conditions', 'metadata']);
/** A text without this has no number that a double cannot hold. Strings that look alike cost a closer look only. */
const SUSPECT = /\d[\d.]{15}|\d[eE]/;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

interface Place {
  readonly holder: unknown;
  readonly key: string;
}
type Visit = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * Refuses numbers that come back as another number: a double keeps 15 to 17 digits and exponents up to 308, and `JSON.parse`
 * rounds silently. 0.1 and 1e2 come back as they are. `body` must be JSON.
 * @throws AppError `unsafe_number` for the first one in a member whose content is kept
 */
export function refuseUnsafeNumbers(body: Buffer): void {
  const text = body.toString('utf8');
  if (!SUSPECT.test(text)) return;
  const placeOf = new Map<unknown, Place>();
  const unsafe: Place[] = [];
  const visit: Visit = function (key, value, context) {
    const place = { holder: this, key };
    if (typeof value === 'object' && value !== null) placeOf.set(value, place);
    else if (typeof value === 'number' && !comesBack(value, context?.source ?? '')) unsafe.push(place);
    return value;
  };
  JSON.parse(text, visit);
  for (const place of unsafe) {
    const path = pathOf(place, placeOf);
    if (path.some((name) => KEPT.has(name))) throw refusal(path);
  }
}

/** The digits of a number without zeros at either end, and the power of ten of the first: equal for equal numbers. */
function normalForm(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  if (first < 0) return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return `${digits.slice(first, end)}e${Number(exponent) + whole.length - first}`;
}

const comesBack = (value: number, source: string): boolean =>
  Number.isFinite(value) && (String(value) === source || normalForm(String(value)) === normalForm(source));

function pathOf(place: Place, placeOf: ReadonlyMap<unknown, Place>): readonly string[] {
  const path: string[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = placeOf.get(at.holder)) {
    path.unshift(Array.isArray(at.holder) ? `[${at.key}]` : at.key);
  }
  return path.slice(path[0] === '' ? 1 : 0);
}

function refusal(path: readonly string[]): AppError {
  const field = path.reduce(
    (text, step) => (step.startsWith('[') || text === '' ? text + step : `${text}.${step}`),
    '',
  );
  const message = 'A number that no program could read back exactly; send it as text';
  return new AppError('unsafe_number', `${field}: ${message}`, [{ field, message }]);
}

/** Makes numbers beyond the range of a double the nearest that it holds, in place. For contexts, which are never refused for it. */
export function clampNumbers(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, Json>;
  for (const [key, inner] of Object.entries(object)) {
    if (inner === Infinity || inner === -Infinity) object[key] = Math.sign(inner) * Number.MAX_VALUE;
    else clampNumbers(inner);
  }
}
