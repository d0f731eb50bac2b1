/** An organization's id, or `platform`: whose objects a transaction, a fact or a ruleset is about. */
export type Scope = string;
export const PLATFORM: Scope = 'platform';
