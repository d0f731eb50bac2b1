import type { Condition, FlagDocument } from '#libs/contracts';

export const DEV = { id: 'e1', name: 'dev' };

/** A boolean flag that serves `on` by its only rule while it is enabled in `DEV`. Default: enabled. */
export function aFlag(
  key: string,
  { enabled = true, archived = false, conditions = [] as Condition } = {},
): FlagDocument {
  const rules = [{ id: 'r1', conditions, serve: { variant: 'on' } }];
  return {
    kind: 'flag',
    id: key,
    key,
    type: 'boolean',
    variants: [
      { name: 'off', value: false, weight: 1 },
      { name: 'on', value: true, weight: 1 },
    ],
    default_variant: 'off',
    prerequisites: [],
    salt: key,
    exposure_tracking: true,
    archived,
    version: 1,
    configs: { [DEV.id]: { enabled, targets: {}, rules, version: 1 } },
  };
}
