import type { FlagDocument, Origin, RulesetDocument } from '#libs/contracts';
import { anAdmin, AN_EPOCH, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string, given: object = {}) => ({ key, name: key, type: 'boolean' as const, ...given });
const types = (facts: readonly { type: string }[]): string[] => facts.map(({ type }) => type);

/** The facts and the version that one use case leaves behind. */
async function left(org: Origin) {
  const facts = await world.facts(org);
  const audited = facts.filter(({ type }) => type === 'audit.recorded').map(({ data }) => data);
  return { facts, types: types(facts), delta: deltaOf(facts), audited };
}
const document = (documents: Awaited<ReturnType<typeof left>>, ref: string): RulesetDocument | null | undefined =>
  documents.delta.changes.find((change) => change.ref === ref)?.document;

describe('every change of a ruleset', () => {
  it('creates a flag: one bump, one delta, flag.created, one audit entry, an off config for each environment', async () => {
    const org = await world.organization('dev', 'prod');

    const { resource, ruleset_version } = await world.createFlag.execute(aFlag('checkout'), org);

    expect(resource).toMatchObject({ key: 'checkout', default_variant: 'off', version: 1, org_id: org.scope });
    expect(ruleset_version).toBe(`${AN_EPOCH}.0.3`);
    const after = await left(org);
    expect(after.types).toEqual(['ruleset.changed', 'flag.created', 'audit.recorded']);
    expect(after.delta).toMatchObject({ epoch: AN_EPOCH, version: 3 });
    expect(after.facts[1]!.data).toEqual({ flag_key: 'checkout', version: 3, type: 'boolean', name: 'checkout' });
    expect(after.audited).toMatchObject([
      { event: 'FlagCreated', action: 'insert', resource_key: 'checkout', before: null },
    ]);
    const configs = Object.values((document(after, 'flag:checkout') as FlagDocument).configs);
    expect(configs).toEqual([1, 2].map(() => ({ enabled: false, rules: [], targets: {}, version: 1 })));
  });

  it('updates, archives and restores a flag, each with its own fact and the same version in all of them', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('promo'), org);
    await world.facts(org);

    await world.updateFlag.execute({ key: 'promo', patch: { description: 'Sale' }, if_version: 1 }, org);
    const updated = await left(org);
    await world.archiveFlag.execute({ key: 'promo' }, org);
    const archived = await left(org);
    await world.restoreFlag.execute({ key: 'promo' }, org);
    const restored = await left(org);

    expect(updated.types).toEqual(['ruleset.changed', 'flag.updated', 'audit.recorded']);
    expect(updated.facts[1]!.data).toMatchObject({ changed: ['details'], environments: [], version: 3 });
    expect(archived.types).toEqual(['ruleset.changed', 'flag.archived', 'audit.recorded']);
    expect(document(archived, 'flag:promo')).toMatchObject({ archived: true, version: 3 });
    expect(archived.audited).toMatchObject([{ event: 'FlagArchived', severity: 'notice' }]);
    expect(restored.types).toEqual(['ruleset.changed', 'flag.restored', 'audit.recorded']);
    expect(restored.delta.version).toBe(5);
    expect(restored.facts[1]!.data).toEqual({ flag_key: 'promo', version: 5 });
  });

  it('configures a flag: the whole document in the delta, the environment named in fact and audit entry', async () => {
    const org = await world.organization('dev', 'prod');
    await world.createFlag.execute(aFlag('search'), org);
    await world.facts(org);
    const patch = { enabled: true, rules: [{ conditions: [], percentage: 20 }], targets: { on: ['u1'] }, note: 'go' };

    const { resource } = await world.updateConfig.execute({ key: 'search', environment: 'prod', patch }, org);

    expect(resource).toMatchObject({ flag_key: 'search', environment: 'prod', enabled: true, version: 2 });
    expect(resource.rules).toEqual([{ id: expect.any(String) as string, conditions: [], percentage: 20 }]);
    const after = await left(org);
    expect(after.facts[1]).toMatchObject({
      type: 'flag.updated',
      data: { changed: ['config'], environments: ['prod'] },
    });
    expect(after.audited).toMatchObject([{ event: 'FlagConfigUpdated', environment: 'prod', note: 'go' }]);
    const versions = Object.values((document(after, 'flag:search') as FlagDocument).configs).map((c) => c.version);
    expect(versions.toSorted()).toEqual([1, 2]);
  });

  it('creates, activates, deactivates and deletes a kill switch, with one fact and one audit entry each', async () => {
    const org = await world.organization();
    const key = 'stop_checkout';
    const steps = [
      () => world.createKillSwitch.execute({ key, name: 'Stop', linked_flag_keys: ['checkout'] }, org),
      () => world.updateKillSwitch.execute({ key, patch: { linked_flag_keys: ['checkout', 'cart'] } }, org),
      () => world.activateKillSwitch.execute({ key, reason: '  refund bug ' }, org),
      () => world.deactivateKillSwitch.execute({ key }, org),
      () => world.deleteKillSwitch.execute({ key }, org),
    ];
    const seen = [];
    for (const step of steps) seen.push({ answer: await step(), after: await left(org) });

    expect(seen.map(({ after }) => after.facts[1]!.type)).toEqual([
      'killswitch.created', 'killswitch.updated', 'killswitch.activated', 'killswitch.deactivated', 'killswitch.deleted',
    ]); // prettier-ignore
    expect(seen.map(({ after }) => after.delta.version)).toEqual([1, 2, 3, 4, 5]);
    expect(seen.every(({ after }) => after.types.length === 3 && after.audited.length === 1)).toBe(true);
    expect(seen[2]!.answer.resource).toMatchObject({ is_active: true, activation_reason: 'refund bug', version: 3 });
    expect(seen[2]!.after.audited).toMatchObject([{ event: 'KillSwitchActivated', reason: 'refund bug' }]);
    expect(seen[3]!.answer.resource).toMatchObject({ is_active: false, activation_reason: null, activated_at: null });
    expect(document(seen[4]!.after, `kill_switch:${key}`)).toBeNull();
    await refused(world.activateKillSwitch.execute({ key, reason: 'x' }, org), 'not_found');
  });

  it('leaves nothing behind when nothing changes', async () => {
    const org = await world.organization('dev');
    const created = await world.createFlag.execute(aFlag('same'), org);
    await world.createKillSwitch.execute({ key: 'switch_off', name: 'x', linked_flag_keys: [] }, org);
    await world.facts(org);
    const before = await world.version(org);

    const answers = [
      await world.updateFlag.execute({ key: 'same', patch: { name: 'same' } }, org),
      await world.updateConfig.execute({ key: 'same', environment: 'dev', patch: { enabled: false, rules: [] } }, org),
      await world.restoreFlag.execute({ key: 'same' }, org),
      await world.deactivateKillSwitch.execute({ key: 'switch_off' }, org),
    ];

    expect(await world.facts(org)).toEqual([]);
    expect(await world.version(org)).toBe(before);
    expect(answers.map(({ ruleset_version }) => ruleset_version)).toEqual(answers.map(() => `${AN_EPOCH}.0.${before}`));
    expect(answers[0]!.resource).toEqual(created.resource);
  });

  it('leaves nothing behind when it is refused', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('taken'), org);
    await world.archiveFlag.execute({ key: 'taken' }, org);
    await world.facts(org);

    await refused(world.createFlag.execute(aFlag('taken'), org), 'already_exists');
    await refused(world.updateFlag.execute({ key: 'taken', patch: { name: 'x' } }, org), 'archived');
    await refused(
      world.updateConfig.execute({ key: 'taken', environment: 'dev', patch: { enabled: true } }, org),
      'archived',
    );

    expect(await world.facts(org)).toEqual([]);
    expect(await world.version(org)).toBe(3);
  });

  it('writes a line of history for each version of a flag and of its configs, the first ones too', async () => {
    const org = await world.organization('dev');
    const { resource } = await world.createFlag.execute(aFlag('told'), org);
    await world.updateConfig.execute(
      { key: 'told', environment: 'dev', patch: { enabled: true, note: 'ship it' } },
      org,
    );
    await world.updateFlag.execute({ key: 'told', patch: { name: 'Told' } }, org);

    const rows = await world.sql(
      'select seq, version, note, author from flag_version where flag_id = $1 order by seq',
      [resource.id],
    );

    expect(rows).toMatchObject([
      { seq: 1, version: 1, note: null },
      { seq: 2, version: 1, note: null },
      { seq: 3, version: 2, note: 'ship it', author: { id: org.actor.id } },
      { seq: 4, version: 2, note: null },
    ]);
  });
});

describe('concurrent writers', () => {
  it('get versions without gaps and one delta each, and overwrite no change of each other', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('busy'), org);
    await world.facts(org);

    const writes = Array.from({ length: 20 }, (_, n) =>
      world.updateFlag.execute({ key: 'busy', patch: { description: `edit ${n}` } }, org),
    );
    const answers = await Promise.all(writes);

    const facts = await world.facts(org);
    const deltas = facts.filter(({ type }) => type === 'ruleset.changed').map(({ data }) => data['version']);
    expect(deltas).toEqual(Array.from({ length: 20 }, (_, n) => n + 3));
    expect(answers.map(({ resource }) => resource.version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 2),
    );
    expect(facts.filter(({ type }) => type === 'audit.recorded')).toHaveLength(20);
  });

  it('that send the version they saw: one succeeds, the others get the current version', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('seen'), org);
    const edit = (n: number) =>
      world.updateFlag.execute({ key: 'seen', patch: { description: `${n}` }, if_version: 1 }, org);

    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(edit));

    const lost = results.filter((result) => result.status === 'rejected').map((result) => result.reason as unknown);
    expect(lost).toHaveLength(4);
    expect(lost[0]).toMatchObject({ code: 'version_conflict', details: [{ current_version: 2 }] });
  });

  it('cannot make a cycle of prerequisites together', async () => {
    for (let round = 0; round < 5; round++) {
      const org = await world.organization();
      for (const key of ['aaa', 'bbb']) await world.createFlag.execute(aFlag(key), org);
      const require = (key: string, flag_key: string) =>
        world.updateFlag.execute({ key, patch: { prerequisites: [{ flag_key, required_variant: 'on' }] } }, org);

      const results = await Promise.allSettled([require('aaa', 'bbb'), require('bbb', 'aaa')]);

      const refusals = results.filter((result) => result.status === 'rejected');
      expect(refusals).toHaveLength(1);
      expect(refusals[0]!.reason).toMatchObject({ code: 'prerequisite_cycle' });
    }
  });

  it('cannot create one key twice', async () => {
    const org = await world.organization();
    const results = await Promise.allSettled([1, 2, 3].map(() => world.createFlag.execute(aFlag('once.only'), org)));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await world.version(org)).toBe(1);
  });

  it('do not wait for each other when they are of different organizations', async () => {
    const [first, second] = [anAdmin(), anAdmin()];
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const slow = world.uow.change(first, () => held);

    await world.createFlag.execute(aFlag('elsewhere'), second);

    finish();
    await slow;
    expect(await world.version(second)).toBe(1);
  });
});
