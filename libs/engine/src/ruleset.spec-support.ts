import type { FlagDocument, KillSwitchDocument, Rule } from '#libs/contracts';
import { ScopeRuleset } from './documents/scope-ruleset.js';
import { Ruleset } from './ruleset.js';

const ENVIRONMENT = { id: 'env', name: 'prod' };
export const NOON = Date.UTC(2025, 5, 1, 12);

/** A live boolean flag with variants `off` (default) and `on`, enabled in the environment of `rulesetOf`. */
export function aFlag(key: string, rules: readonly Omit<Rule, 'id'>[], more: Partial<FlagDocument> = {}): FlagDocument {
  return {
    kind: 'flag',
    id: `id-${key}`,
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
    archived: false,
    version: 3,
    configs: {
      env: { enabled: true, targets: {}, rules: rules.map((rule, i) => ({ id: `r${i}`, ...rule })), version: 4 },
    },
    ...more,
  };
}

export const aKillSwitch = (flagKey: string): KillSwitchDocument => ({
  kind: 'kill_switch',
  id: 'ks-1',
  key: 'stop',
  linked_flag_keys: [flagKey],
  is_active: true,
  version: 1,
});

/** A ruleset over an empty platform and an organization with these flags. */
export function rulesetOf(...flags: FlagDocument[]): { scope: ScopeRuleset; ruleset: Ruleset } {
  const scope = new ScopeRuleset();
  scope.apply(flags.map((document) => ({ ref: `flag:${document.key}`, document })));
  return { scope, ruleset: new Ruleset(new ScopeRuleset(), scope, ENVIRONMENT) };
}
