import { accountsRpc, type Rpc } from '#libs/contracts';
import type { Services } from '../application/services.js';
import { endedInAccounts, onSessionEnded } from './on-session-ended.js';

const fact = (changes: object = {}): string =>
  JSON.stringify({
    id: '1',
    type: 'session.ended',
    version: 1,
    timestamp: '2026-01-01T00:00:00.000Z',
    org_id: null,
    actor: { type: 'system', id: 'loom' },
    data: { user_id: 'u-1', session_ids: ['s-1', 's-2'] },
    metadata: { correlation_id: 'r', source: 'accounts' },
    ...changes,
  });

describe('onSessionEnded', () => {
  it('adds every session of the fact', () => {
    const ended: string[] = [];

    onSessionEnded({ add: (id) => void ended.push(id) }, fact());

    expect(ended).toEqual(['s-1', 's-2']);
  });

  it.each([
    ['of another version, which the poll makes up for', fact({ version: 2 })],
    ['without sessions', fact({ data: { user_id: 'u-1' } })],
    ['that is none', 'hello'],
  ])('adds nothing for a fact %s', (_what, text) => {
    const ended: string[] = [];

    expect(() => onSessionEnded({ add: (id) => void ended.push(id) }, text)).toThrow();
    expect(ended).toEqual([]);
  });
});

describe('endedInAccounts', () => {
  it('asks accounts for the ends since a time; the answer is complete up to the time that it states', async () => {
    const asked: unknown[] = [];
    const services: Services = {
      ask: async <C, A>(rpc: Rpc<C, A>, command: C) => {
        asked.push(rpc.subject, command);
        return { as_of: '2026-01-01T00:00:10.000Z', session_ids: ['s-1'] } as A;
      },
    };

    const found = await endedInAccounts(services).since(Date.parse('2026-01-01T00:00:00Z'));

    expect(asked).toEqual([accountsRpc.listEndedSessions.subject, { since: '2026-01-01T00:00:00.000Z' }]);
    expect(found).toEqual({ ids: ['s-1'], whole: { asOf: Date.parse('2026-01-01T00:00:10Z'), ageMs: 0 } });
  });
});
