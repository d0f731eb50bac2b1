/** Flag keys, segment keys and kill-switch keys (specification 04): together called resource keys. They never change. */
export const RESOURCE_KEY = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
export const RESOURCE_KEY_LENGTH = { min: 3, max: 100 } as const;
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9_]{1,49}$/;
export const ENVIRONMENT_COLOR = /^#[0-9a-fA-F]{6}$/;
export const VARIANT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
export const SLUG = /^[a-z][a-z0-9-]{1,49}$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id in lower case, as ids are stored; `undefined` for a text that is no id. Clients may write ids in any case. */
export function idOf(text: string): string | undefined {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : undefined;
}

/** The name of an environment, or its id in lower case; `undefined` for a text that is neither. */
export function environmentOf(text: string): string | undefined {
  return ENVIRONMENT_NAME.test(text) ? text : idOf(text);
}

/** Whether a text is a valid resource key. Without the flag `m`, `$` matches only at the very end, so a trailing line break is refused. */
export function isResourceKey(text: unknown): text is string {
  const { min, max } = RESOURCE_KEY_LENGTH;
  return typeof text === 'string' && text.length >= min && text.length <= max && RESOURCE_KEY.test(text);
}
