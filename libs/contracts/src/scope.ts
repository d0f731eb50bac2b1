/** Owner of flags, rulesets, facts and audit entries: an organization's id, or `platform`. */
export type Scope = string;
export const PLATFORM: Scope = 'platform';
