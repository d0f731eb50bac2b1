/** A flag of two variants is a boolean in every SDK: `on` is true. */
export const isBoolean = (flag) => flag.variants.length === 2;
export const booleanOf = (variant) => variant === 'on';
export const variantOf = (value) => (value === true ? 'on' : value === false ? 'off' : String(value));
/** `a` is an operator on the list of what counts: some SDKs know lists only. */
export const listOf = (value) => [].concat(value);
export const mapValues = (object, map) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
export const endsWithPattern = (value) => `${value.replace(/\./g, '\\.')}$`;
