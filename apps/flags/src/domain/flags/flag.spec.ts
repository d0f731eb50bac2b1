import type { FlagDraft } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { archiveFlag, changedParts, editFlag, newFlag, restoreFlag, type Flag } from './flag.js';

const at = new Date('2026-03-01T10:00:00.000Z');
const later = new Date('2026-03-02T10:00:00.000Z');
const make = (draft: object): Flag =>
  newFlag({ key: 'checkout', name: 'Checkout', type: 'boolean', ...draft } as FlagDraft, { id: 'f1', scope: 'o1', at });
const strings = (...names: string[]) => names.map((name) => ({ name, value: name, weight: 1 }));

/** The code that something is refused with; undefined when it is not. */
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('a new flag', () => {
  it('that is boolean and has no variants in its draft gets off and on, and is off', () => {
    expect(make({})).toMatchObject({
      variants: [
        { name: 'off', value: false, weight: 1 },
        { name: 'on', value: true, weight: 1 },
      ],
      defaultVariant: 'off',
      salt: 'checkout',
      exposureTracking: true,
      permanent: false,
      version: 1,
      tags: [],
      prerequisites: [],
    });
  });

  it('keeps the fields of its draft; weights default to 1, tags are unique', () => {
    const flag = make({
      type: 'json',
      variants: [{ name: 'a', value: { deep: [1] } }, { name: 'b', value: [], weight: 0 }],
      default_variant: 'b',
      tags: ['x', 'x', 'y'],
      salt: 'shared',
      description: null,
    }); // prettier-ignore

    expect(flag.variants).toEqual([
      { name: 'a', value: { deep: [1] }, weight: 1 },
      { name: 'b', value: [], weight: 0 },
    ]);
    expect(flag).toMatchObject({ defaultVariant: 'b', tags: ['x', 'y'], salt: 'shared' });
    expect(flag.description).toBeUndefined();
  });

  it.each([
    ['type', { type: 'date' }, 'invalid_type'],
    ['no variants', { type: 'string' }, 'no_variants'],
    ['an empty list of variants', { variants: [] }, 'no_variants'],
    [
      '101 variants',
      { type: 'string', variants: strings(...Array.from({ length: 101 }, (_, n) => `v${n}`)) },
      'too_long',
    ],
    ['a variant twice', { type: 'string', variants: strings('a', 'a'), default_variant: 'a' }, 'duplicate_variant'],
    ['no default', { type: 'string', variants: strings('a') }, 'default_variant_missing'],
    ['a default that is no variant', { default_variant: 'blue' }, 'default_variant_missing'],
    ['a value of another type', { type: 'number', variants: strings('a'), default_variant: 'a' }, 'invalid_variant'],
    [
      'null as a json value',
      { type: 'json', variants: [{ name: 'a', value: null }], default_variant: 'a' },
      'invalid_variant',
    ],
    ['a variant without a value', { variants: [{ name: 'off' }] }, 'invalid_variant'],
    ['a variant name with a space', { variants: [{ name: 'o n', value: true }] }, 'invalid_variant'],
    ['a variant name with a line break', { variants: [{ name: 'on\n', value: true }] }, 'invalid_variant'],
    ['a negative weight', { variants: [{ name: 'off', value: false, weight: -1 }] }, 'invalid_variant'],
    ['a weight above the limit', { variants: [{ name: 'off', value: false, weight: 10_000_001 }] }, 'invalid_variant'],
    ['a name of one zero-width space', { name: '\u200b' }, 'invalid_name'],
    ['a tag of invisible characters', { tags: ['\u2060\ufeff'] }, 'invalid_name'],
    ['half a weight', { variants: [{ name: 'off', value: false, weight: 0.5 }] }, 'invalid_variant'],
    ['a weight as text', { variants: [{ name: 'off', value: false, weight: '1' }] }, 'invalid_variant'],
    ['a field that variants lack', { variants: [{ name: 'off', value: false, wight: 1 }] }, 'unknown_field'],
    [
      'itself as a prerequisite',
      { prerequisites: [{ flag_key: 'checkout', required_variant: 'on' }] },
      'prerequisite_cycle',
    ],
    [
      'a prerequisite that is no key',
      { prerequisites: [{ flag_key: 'A', required_variant: 'on' }] },
      'unknown_prerequisite',
    ],
    ['a prerequisite without a variant', { prerequisites: [{ flag_key: 'other' }] }, 'invalid_type'],
    ['a field that flags lack', { version: 9 }, 'unknown_field'],
    ['no name', { name: undefined }, 'invalid_type'],
    ['a blank name', { name: ' ' }, 'invalid_name'],
    ['a name too long', { name: 'n'.repeat(201) }, 'too_long'],
    ['a name that is a number', { name: 5 }, 'invalid_type'],
    ['a maintainer that is no id', { maintainer_user_id: 'ada' }, 'invalid_id'],
    ['tags as text', { tags: 'a,b' }, 'invalid_type'],
    ['permanent as text', { permanent: 'yes' }, 'invalid_type'],
  ])('is refused with %s', (_, draft, code) => {
    expect(codeOf(() => make(draft))).toBe(code);
  });

  it('accepts a value of 64 KiB and not a byte more', () => {
    const draft = (length: number) => ({
      type: 'string',
      variants: [{ name: 'a', value: 'x'.repeat(length) }],
      default_variant: 'a',
    });

    expect(codeOf(() => make(draft(64 * 1024 - 2)))).toBeUndefined();
    expect(codeOf(() => make(draft(64 * 1024 - 1)))).toBe('invalid_variant');
  });

  it('names the wrong field', () => {
    const refused = () => make({ type: 'string', variants: [...strings('a', 'b'), { name: 'c', value: 1 }] });

    expect(refused).toThrow(
      expect.objectContaining({ details: [{ field: 'variants[2].value', message: 'must be a string' }] }),
    );
  });
});

describe('an edit', () => {
  it('changes the fields of the patch, raises the version and names the parts that differ', () => {
    const before = make({});
    const after = editFlag(before, { name: 'New', default_variant: 'on' }, later);

    expect(after).toMatchObject({ name: 'New', defaultVariant: 'on', version: 2, updatedAt: later, createdAt: at });
    expect(changedParts(before, after)).toEqual(['details', 'variants']);
  });

  it('that changes nothing returns the same flag', () => {
    const before = make({ type: 'json', variants: [{ name: 'a', value: { x: 1, y: 2 } }], default_variant: 'a' });
    const same = { variants: [{ weight: 1, value: { y: 2, x: 1 }, name: 'a' }], tags: [], description: null };

    expect(editFlag(before, same, later)).toBe(before);
  });

  it('clears fields that are set to null', () => {
    const before = make({ description: 'text' });

    expect(editFlag(before, { description: null }, later).description).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['the key', { key: 'other' }, 'unknown_field'],
    ['the type', { type: 'string' }, 'unknown_field'],
    ['the default away', { variants: [{ name: 'on', value: true, weight: 1 }] }, 'default_variant_missing'],
    ['a value to another type', { variants: [{ name: 'off', value: 'no', weight: 1 }] }, 'invalid_variant'],
  ])('may not change %s', (_, patch, code) => {
    expect(codeOf(() => editFlag(make({}), patch, later))).toBe(code);
  });

  it('is refused while the flag is archived; archiving or restoring twice changes nothing', () => {
    const archived = archiveFlag(make({}), later);
    const restored = restoreFlag(archived, later);

    expect(codeOf(() => editFlag(archived, { name: 'x' }, later))).toBe('archived');
    expect([archived.version, restored.version, restored.archivedAt]).toEqual([2, 3, undefined]);
    expect(archiveFlag(archived, later)).toBe(archived);
    expect(restoreFlag(restored, later)).toBe(restored);
  });
});
