/** Keys of flags, segments and kill switches (specification 04). They never change. */
export const KEY_PATTERN = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
export const KEY_LENGTH = { min: 3, max: 100 } as const;
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9_]{1,49}$/;
export const ENVIRONMENT_COLOR = /^#[0-9a-fA-F]{6}$/;
export const VARIANT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
export const SLUG = /^[a-z][a-z0-9-]{1,49}$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a valid key. `$` in a JavaScript pattern without `m` matches only at the very end, so no line break slips in. */
export function isKey(text: unknown): text is string {
  return (
    typeof text === 'string' && text.length >= KEY_LENGTH.min && text.length <= KEY_LENGTH.max && KEY_PATTERN.test(text)
  );
}
