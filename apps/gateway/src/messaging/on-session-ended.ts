import { accountsRpc, parseFact, SessionEndedV1, type FactOf } from '#libs/contracts';
import type { RevocationPoll, RevocationSource, Revocations } from '#libs/api-keys';
import type { Bus } from '#libs/bus';
import type { Services } from '../application/services.js';

const TIMEOUT_MS = 1_000;

/**
 * Refuses the access tokens of sessions from the moment that their end is known. Subscribes before the first poll, so that no end is
 * missed between the two.
 */
export function followEndedSessions(bus: Bus, ended: Pick<Revocations, 'add'>, poll: RevocationPoll): void {
  bus.subscribe(SessionEndedV1.everyScope, (message) => onSessionEnded(ended, message.string()));
  bus.onConnect(() => void poll.poll());
  void poll.poll();
}

export function onSessionEnded(ended: Pick<Revocations, 'add'>, text: string): void {
  const { data } = parseFact(text, [SessionEndedV1]) as FactOf<typeof SessionEndedV1>;
  for (const id of data.session_ids) ended.add(id);
}

/** The ended sessions that accounts knows. */
export function endedInAccounts(services: Services): RevocationSource {
  return {
    since: async (since) => {
      const command = { since: new Date(since).toISOString() };
      const options = { timeoutMs: TIMEOUT_MS };
      const answer = await services.ask(accountsRpc.listEndedSessions, command, undefined, options);
      return { ids: answer.session_ids, whole: { asOf: Date.parse(answer.as_of), ageMs: 0 } };
    },
  };
}
