import type { Scope, ScopeVersion } from '#libs/contracts';
import { FixedClock } from '#libs/testing';
import type { EpochStore } from '../ports/epoch.js';
import type { RulesetRefresh, Rulesets } from '../ports/rulesets.js';
import { GuardEpoch } from './guard-epoch.js';
import { ReportVersions } from './report-versions.js';

const at = (scope: Scope, version: number, epoch = 'e1'): ScopeVersion => ({ scope, epoch, version });

/** Begins `e2` when versions are reported that it lacks, or when it has moved. */
class FakeEpochs implements EpochStore {
  current = 'e1';
  hasMoved = false;
  readonly reported: ScopeVersion[] = [];

  async renewIfMoved(): Promise<string> {
    return this.hasMoved ? this.renew() : this.current;
  }
  async renewIfBehind(held: readonly ScopeVersion[]): Promise<string> {
    this.reported.push(...held);
    return held.length > 0 ? this.renew() : this.current;
  }
  async renew(): Promise<string> {
    this.current = 'e2';
    return this.current;
  }
}

class FakeRulesets implements Pick<Rulesets, 'scopes' | 'versions'> {
  stored: ScopeVersion[] = [];
  compared = 0;

  async scopes(after: Scope | undefined, limit: number): Promise<readonly Scope[]> {
    if (after === undefined) this.compared += 1;
    const names = this.stored.map(({ scope }) => scope).toSorted();
    return names.filter((name) => after === undefined || name > after).slice(0, limit);
  }
  async versions(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    return this.stored.filter(({ scope }) => scopes.includes(scope));
  }
}

class FakeCache implements RulesetRefresh {
  copies: ScopeVersion[] = [];
  connections = 1;
  isIntact = true;
  readonly refreshed: Scope[] = [];

  async refresh(scope: Scope): Promise<void> {
    this.refreshed.push(scope);
  }
  async wasEmptied(): Promise<boolean> {
    const wasMissing = !this.isIntact;
    this.isIntact = true;
    return wasMissing;
  }
  async held(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    return this.copies.filter(({ scope }) => scopes.includes(scope));
  }
}

const given = () => {
  const [epochs, rulesets, cache, clock] = [new FakeEpochs(), new FakeRulesets(), new FakeCache(), new FixedClock()];
  return { epochs, rulesets, cache, clock, guard: new GuardEpoch(epochs, rulesets, cache, clock) };
};

describe('GuardEpoch', () => {
  it('refreshes scopes that Redis lacks or holds in an earlier version, and no others', async () => {
    const { guard, rulesets, cache, epochs } = given();
    rulesets.stored = [at('behind', 3), at('equal', 3), at('missing', 3)];
    cache.copies = [at('behind', 2), at('equal', 3)];

    await guard.execute();

    expect(cache.refreshed).toEqual(['behind', 'missing']);
    expect(epochs.reported).toEqual([]);
  });

  it('reports versions in Redis that the database lacks, and compares again in the next run', async () => {
    const { guard, rulesets, cache, epochs } = given();
    rulesets.stored = [at('o1', 3)];
    cache.copies = [at('o1', 4)];

    await guard.execute();
    cache.copies = [at('o1', 3, 'e2')];
    rulesets.stored = [at('o1', 3, 'e2')];
    await guard.execute();

    expect(epochs.reported).toEqual([at('o1', 4)]);
    expect(rulesets.compared).toBe(2);
  });

  it('compares once a minute, after a reconnect, and in a new epoch', async () => {
    const { guard, rulesets, cache, epochs, clock } = given();
    await guard.execute();
    clock.advance(59_999);
    await guard.execute();
    expect(rulesets.compared).toBe(1);

    clock.advance(1);
    await guard.execute();
    expect(rulesets.compared).toBe(2);
    cache.connections += 1;
    await guard.execute();
    expect(rulesets.compared).toBe(3);
    epochs.hasMoved = true;
    await guard.execute();
    expect(rulesets.compared).toBe(4);
  });

  it('compares at once when Redis was emptied, and again until a comparison has ended', async () => {
    const { guard, rulesets, cache, clock } = given();
    await guard.execute();
    clock.advance(1_000);
    await guard.execute();
    expect(rulesets.compared).toBe(1);

    cache.isIntact = false;
    const scopes = rulesets.scopes.bind(rulesets);
    rulesets.scopes = () => Promise.reject(new Error('The database is away'));
    await expect(guard.execute()).rejects.toThrow('away');
    rulesets.scopes = scopes;
    await guard.execute();
    await guard.execute();
    expect(rulesets.compared).toBe(2);
  });

  it('compares all scopes, in batches', async () => {
    const { guard, rulesets, cache } = given();
    rulesets.stored = Array.from({ length: 1_001 }, (_, n) => at(`o${String(n).padStart(4, '0')}`, 1));

    await guard.execute();

    expect(cache.refreshed).toHaveLength(1_001);
  });
});

describe('ReportVersions', () => {
  it('returns the epoch that is in force after the report', async () => {
    const { epochs } = given();
    const reportVersions = new ReportVersions(epochs);

    expect(await reportVersions.execute({ held: [] })).toEqual({ epoch: 'e1' });
    expect(await reportVersions.execute({ held: [at('o1', 9)] })).toEqual({ epoch: 'e2' });
  });
});
