import type { FlagConfigPatch } from '#libs/contracts';
import { inMemoryWorld } from '../../test/in-memory/world.js';
import { UpdateConfig } from './configs/update-config.js';
import { CreateKillSwitch } from './kill-switches/create-kill-switch.js';
import { UpdateKillSwitch } from './kill-switches/update-kill-switch.js';
import { UpdateFlag } from './flags/update-flag.js';
import { CreateSegment } from './segments/create-segment.js';
import { UpdateSegment } from './segments/update-segment.js';
import { CreateStrategy } from './strategies/create-strategy.js';
import { UpdateStrategy } from './strategies/update-strategy.js';

async function given() {
  const world = inMemoryWorld();
  const { uow, ids, clock, directory, facts } = world;
  const org = await world.organization('dev');
  /** Whether the work left nothing behind: no version, no fact, no audit entry. */
  const leavesNothing = async (work: Promise<{ resource: { version: number } }>): Promise<boolean> => {
    const { resource } = await work;
    return facts(org).length === 0 && resource.version > 0;
  };
  return { ...world, org, leavesNothing, uow, ids, clock, directory };
}

describe('an edit that changes nothing', () => {
  it('leaves nothing behind: a kill switch with its links in another order', async () => {
    const { org, uow, ids, clock, facts, leavesNothing } = await given();
    await new CreateKillSwitch(uow, ids, clock).execute(
      { key: 'stop', name: 'Stop', linked_flag_keys: ['a.a', 'b.b'] },
      org,
    );
    facts(org);
    const patch = { name: 'Stop', description: null, linked_flag_keys: ['b.b', 'a.a', 'b.b'] };

    expect(await leavesNothing(new UpdateKillSwitch(uow).execute({ key: 'stop', patch }, org))).toBe(true);
  });

  it('leaves nothing behind: a segment with its members in another order', async () => {
    const { org, uow, ids, clock, facts, leavesNothing } = await given();
    const draft = { key: 'beta', name: 'Beta', included: ['u1', 'u2'], excluded: ['u3', 'u4'], conditions: [] };
    await new CreateSegment(uow, ids, clock).execute(draft, org);
    facts(org);
    const patch = { name: 'Beta', description: null, included: ['u2', 'u1'], excluded: ['u4', 'u3'], conditions: [] };

    expect(await leavesNothing(new UpdateSegment(uow).execute({ key: 'beta', patch }, org))).toBe(true);
  });

  it('leaves nothing behind: a strategy as it is read', async () => {
    const { org, uow, ids, clock, facts, leavesNothing } = await given();
    const steps = [
      { percentage: 50, start_at: '2027-02-01T00:00:00Z' },
      { percentage: 10, start_at: '2027-01-01T00:00:00Z' },
    ];
    const draft = { name: 'Slowly', conditions: [], schedule: { steps }, bucket_by: 'org_id' };
    const { resource } = await new CreateStrategy(uow, ids, clock).execute(draft, org);
    facts(org);
    const { id, name, description, conditions, percentage, bucket_by } = resource;
    const patch = { name, description, conditions, percentage, bucket_by, schedule: { steps: steps.toReversed() } };

    expect(await leavesNothing(new UpdateStrategy(uow).execute({ id, patch }, org))).toBe(true);
  });

  it('leaves nothing behind: a flag as it is read', async () => {
    const { org, uow, flag, leavesNothing } = await given();
    const maintainer_user_id = '01997d1c-5b3c-7000-8000-00000000000a';
    await flag(org, 'checkout', { maintainer_user_id });
    const patch = { maintainer_user_id, tags: [], description: null, salt: 'checkout', permanent: false };

    expect(await leavesNothing(new UpdateFlag(uow).execute({ key: 'checkout', patch }, org))).toBe(true);
  });

  it('leaves nothing behind: a config with the same rules without ids, and targets in another order', async () => {
    const { org, ids, directory, flag, config, leavesNothing } = await given();
    await flag(org, 'checkout');
    const patch: FlagConfigPatch = {
      enabled: true,
      rules: [{ conditions: [{ attribute: 'a', operator: 'equals', value: 1 }], percentage: 5 }, { conditions: [] }],
      targets: { on: ['u1', 'u2'], off: ['u3'] },
    };
    await config(org, 'checkout', 'dev', patch);
    const again = { ...patch, targets: { off: ['u3'], on: ['u2', 'u1'] } };
    const update = new UpdateConfig(directory, ids);

    expect(await leavesNothing(update.execute({ key: 'checkout', environment: 'dev', patch: again }, org))).toBe(true);
    const empty = { targets: {} };
    await config(org, 'checkout', 'dev', empty);
    const emptied = { targets: { on: [] } };
    expect(await leavesNothing(update.execute({ key: 'checkout', environment: 'dev', patch: emptied }, org))).toBe(
      true,
    );
  });
});

describe('rules that are sent without ids', () => {
  it('keep the id of the rule at their place while only numbers differ', async () => {
    const { org, ids, directory, flag } = await given();
    await flag(org, 'checkout');
    const update = new UpdateConfig(directory, ids);
    const idsAfter = async (rules: FlagConfigPatch['rules']) => {
      const { resource } = await update.execute({ key: 'checkout', environment: 'dev', patch: { rules } }, org);
      return resource.rules.map(({ id }) => id);
    };
    const country = (value: string, percentage: number) => ({
      conditions: [{ attribute: 'country', operator: 'equals' as const, value }],
      percentage,
    });

    const [first, second] = await idsAfter([country('DE', 5), country('FR', 5)]);

    expect(await idsAfter([country('DE', 50), country('FR', 7.5)])).toEqual([first, second]);
    const [kept, other] = await idsAfter([country('DE', 50), country('IT', 7.5)]);
    expect([kept, other === second]).toEqual([first, false]);
    expect(await idsAfter([country('DE', 1), { ...country('IT', 1), id: first! }])).toEqual([
      expect.not.stringMatching(first!),
      first,
    ]);
  });
});
