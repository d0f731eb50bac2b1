import { accountsFacts, parseFact, type Fact } from '#libs/contracts';
import type { Bus } from '#libs/bus';
import type { Memberships } from '../application/access/ports.js';

/**
 * Forgets memberships that changed: within moments while the bus is there, and all of them after it was away, since a core
 * subscription misses what happens meanwhile.
 */
export function forgetChangedMemberships(bus: Bus, memberships: Memberships): void {
  const forget = (message: { string(): string }): void => onAccountsFact(memberships, message.string());
  bus.subscribe('member.>', forget);
  bus.subscribe('organization.>', forget);
  bus.onConnect(() => memberships.forgetAll());
}

/** A fact that cannot be read may mean anybody: all are forgotten. */
export function onAccountsFact(memberships: Memberships, text: string): void {
  const fact = read(text);
  if (fact === undefined || fact.org_id === null) return memberships.forgetAll();
  if (fact.type.startsWith('organization.')) return memberships.forgetOrganization(fact.org_id);
  memberships.forgetMember(fact.org_id, (fact.data as { user_id: string }).user_id);
}

function read(text: string): Fact | undefined {
  try {
    return parseFact(text, accountsFacts);
  } catch {
    return undefined;
  }
}
