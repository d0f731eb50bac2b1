import { accountsFacts, parseFact, type Fact } from '#libs/contracts';
import type { Bus } from '#libs/bus';
import type { Memberships, Users } from '../application/access/ports.js';

/** What a gateway knows about people, and what it does when some of it may have ended. */
export interface KnownPeople {
  readonly memberships: Pick<Memberships, 'forgetMember' | 'forgetPerson' | 'forgetOrganization' | 'forgetAll'>;
  readonly users: Pick<Users, 'forget' | 'forgetAll'>;
  /** Called after it was forgotten: ends the streams of people that may no longer read. */
  readonly onChange: () => void;
}

/**
 * Removes changed people and memberships from the caches: at once while the bus is connected, and all of them on every connect,
 * since a core subscription misses the facts in between.
 */
export function forgetChangedPeople(bus: Bus, known: KnownPeople): void {
  const forget = (message: { string(): string }): void => onAccountsFact(known, message.string());
  for (const subject of ['member.>', 'organization.>', 'user.>']) bus.subscribe(subject, forget);
  bus.onConnect(() => forgetAll(known));
}

/** A fact that cannot be read may concern any person: all are forgotten. */
export function onAccountsFact(known: KnownPeople, text: string): void {
  const fact = read(text);
  if (fact === undefined) return forgetAll(known);
  forget(known, fact);
  known.onChange();
}

function forget({ memberships, users }: KnownPeople, { type, org_id, data }: Fact): void {
  const { user_id: userId } = data as { user_id: string };
  if (type.startsWith('user.')) {
    users.forget(userId);
    return memberships.forgetPerson(userId);
  }
  if (org_id === null) return memberships.forgetAll();
  if (type.startsWith('organization.')) return memberships.forgetOrganization(org_id);
  memberships.forgetMember(org_id, userId);
}

function forgetAll({ memberships, users, onChange }: KnownPeople): void {
  memberships.forgetAll();
  users.forgetAll();
  onChange();
}

function read(text: string): Fact | undefined {
  try {
    return parseFact(text, accountsFacts);
  } catch {
    return undefined;
  }
}
