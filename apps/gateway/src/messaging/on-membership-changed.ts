import { accountsFacts, parseFact, type Fact } from '#libs/contracts';
import type { Bus } from '#libs/bus';
import type { Memberships } from '../application/access/ports.js';

/**
 * Removes changed memberships from the cache: at once while the bus is connected, and all of them on every connect, since a core
 * subscription misses the facts in between.
 */
export function forgetChangedMemberships(bus: Bus, memberships: Memberships): void {
  const forget = (message: { string(): string }): void => onAccountsFact(memberships, message.string());
  bus.subscribe('member.>', forget);
  bus.subscribe('organization.>', forget);
  bus.onConnect(() => memberships.forgetAll());
}

/** A fact that cannot be read may concern any membership: all are forgotten. */
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
