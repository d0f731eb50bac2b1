import type { KillSwitchDocument, RulesetDocument } from '#libs/contracts';
import { ScopeRuleset } from './scope-ruleset.js';

const aKillSwitch = (key: string, ...flags: string[]): KillSwitchDocument => ({
  kind: 'kill_switch',
  id: `id-${key}`,
  key,
  linked_flag_keys: flags,
  is_active: true,
  version: 1,
});
const anEnvironment = (id: string): RulesetDocument => ({ kind: 'environment', id, name: id, version: 1 });

function scopeOf(...switches: KillSwitchDocument[]): ScopeRuleset {
  const scope = new ScopeRuleset();
  scope.apply(switches.map((document) => ({ ref: `kill_switch:${document.key}`, document })));
  return scope;
}

describe('ScopeRuleset', () => {
  it('returns the first active kill switch of a flag by key', () => {
    const scope = scopeOf(aKillSwitch('b', 'f.one'), aKillSwitch('a', 'f.one', 'f.two'));

    expect(scope.killSwitch('f.one')).toEqual({ id: 'id-a', key: 'a' });
    expect(scope.killSwitch('f.two')).toEqual({ id: 'id-a', key: 'a' });
    expect(scope.killSwitch('f.three')).toBeUndefined();
  });

  it('releases flags that a kill switch no longer names, and logs all flags concerned', () => {
    const scope = scopeOf(aKillSwitch('a', 'f.one', 'f.two'), aKillSwitch('b', 'f.one'));
    const before = scope.log.revision;

    scope.apply([{ ref: 'kill_switch:a', document: aKillSwitch('a', 'f.three') }]);

    expect(['f.one', 'f.two', 'f.three'].map((key) => scope.killSwitch(key)?.key)).toEqual(['b', undefined, 'a']);
    expect(scope.log.since(before)?.map(({ name }) => name)).toEqual(['f.one', 'f.two', 'f.three']);
  });

  it('releases flags when the kill switch is inactive', () => {
    const scope = scopeOf(aKillSwitch('a', 'f.one'));

    scope.apply([{ ref: 'kill_switch:a', document: { ...aKillSwitch('a', 'f.one'), is_active: false } }]);

    expect(scope.killSwitch('f.one')).toBeUndefined();
  });

  it('replaces its content, and leaves identical documents unchanged', () => {
    const [kept, removed, added] = ['kept', 'removed', 'added'].map(anEnvironment) as [
      RulesetDocument,
      RulesetDocument,
      RulesetDocument,
    ];
    const scope = new ScopeRuleset();
    scope.replace(
      new Map([
        ['environment:kept', kept],
        ['environment:removed', removed],
      ]),
    );
    const before = scope.log.revision;

    scope.replace(
      new Map([
        ['environment:kept', kept],
        ['environment:added', added],
      ]),
    );

    expect([...scope.all()]).toEqual([kept, added]);
    expect(scope.log.since(before)?.map(({ name }) => name)).toEqual(['removed', 'added']);
  });

  it('ignores references of unknown kinds', () => {
    const scope = new ScopeRuleset();

    scope.apply([{ ref: 'theme:dark' as 'flag:dark', document: anEnvironment('dark') }]);

    expect([...scope.all()]).toEqual([]);
    expect(scope.log.revision).toBe(0);
  });
});
