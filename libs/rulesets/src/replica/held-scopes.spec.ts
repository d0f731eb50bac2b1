import { PLATFORM, type KillSwitchDocument, type RulesetSnapshot, type Scope } from '#libs/contracts';
import { createLogger } from '#libs/observability';
import type { Bus } from '#libs/bus';
import { documentBytes } from './document-bytes.js';
import { RulesetReplica } from './ruleset-replica.js';
import type { NewestVersions, SnapshotSource } from '../snapshot/snapshot-source.js';

const EPOCH = '0000000a1';
const DOCUMENTS = 10;
const aSwitch = (key: string): KillSwitchDocument => ({
  kind: 'kill_switch', id: key, key, linked_flag_keys: ['x'.repeat(1_000)], is_active: false, version: 1,
}); // prettier-ignore
const ORGANIZATION_BYTES = DOCUMENTS * documentBytes(aSwitch('k0'));
const organizations = Array.from({ length: 50 }, (_, i) => `org-${i}`);

/** Organizations of equal size, at the same version. */
class EqualSource implements SnapshotSource {
  version = 7;
  isAway = false;
  readonly fetched: Scope[] = [];
  async fetch(scope: Scope): Promise<RulesetSnapshot> {
    this.fetched.push(scope);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isAway) throw new Error('away');
    const documents = scope === PLATFORM ? [] : Array.from({ length: DOCUMENTS }, (_, i) => aSwitch(`k${i}`));
    return { scope, epoch: EPOCH, version: this.version, documents };
  }
  versions(scopes: readonly Scope[]): Promise<NewestVersions> {
    const versions = scopes.map((scope) => ({ scope, epoch: EPOCH, version: this.version }));
    return Promise.resolve({ areFromDatabase: true, versions });
  }
  readonly reported: Scope[] = [];
  report(held: readonly { scope: Scope }[]): Promise<void> {
    this.reported.push(...held.map(({ scope }) => scope));
    return Promise.resolve();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a replica with room for five organizations', () => {
  let source: EqualSource;
  let replica: RulesetReplica;
  const held = () => [...replica.scopes.keys()].filter((scope) => scope !== PLATFORM);
  beforeEach(async () => {
    source = new EqualSource();
    const bus = { subscribe: () => undefined, onConnect: () => undefined } as unknown as Bus;
    const logger = createLogger({ service: 'test', level: 'silent' });
    replica = new RulesetReplica(bus, source, logger, { maxBytes: ORGANIZATION_BYTES * 5 });
    await replica.require(PLATFORM);
  });

  it('serves fifty, each with its documents, and never holds more than five between two turns', async () => {
    const evicted: Scope[] = [];
    replica.scopes.onEvicted((scope) => evicted.push(scope));
    for (const org of [...organizations, ...organizations]) {
      await replica.require(org);
      expect(replica.get(org)).toMatchObject({ version: 7 });
      expect(replica.get(org)!.documents.size).toBe(DOCUMENTS);
      await turn();
      expect(replica.scopes.bytes).toBeLessThanOrEqual(ORGANIZATION_BYTES * 5);
    }

    expect(held()).toEqual(organizations.slice(-5));
    expect(evicted.length).toBe(95);
    expect(replica.scopes.evictions).toBe(95);
    expect(replica.get(PLATFORM)).toBeDefined();
  });

  it('evicts the organization used longest ago', async () => {
    for (const org of organizations.slice(0, 5)) await replica.require(org);
    replica.scopes.touch('org-0');
    await replica.require('org-5');
    await turn();

    expect(held()).toEqual(['org-0', 'org-2', 'org-3', 'org-4', 'org-5']);
  });

  it('keeps organizations in use or pinned, and the last one used, however large', async () => {
    replica.scopes.keepWhile((scope) => scope === 'org-0');
    await replica.require('org-0');
    await replica.require('org-1');
    const release = replica.scopes.pin('org-1');
    for (const org of organizations.slice(2, 9)) await replica.require(org);
    await turn();
    expect(held()).toEqual(['org-0', 'org-1', 'org-6', 'org-7', 'org-8']);

    release();
    await replica.require('org-9');
    await turn();
    expect(held()).toEqual(['org-0', 'org-6', 'org-7', 'org-8', 'org-9']);
  });

  it('serves all concurrent requests', async () => {
    const found = organizations.map(async (org) => {
      await replica.require(org);
      return replica.get(org)?.documents.size;
    });

    expect(new Set(await Promise.all(found))).toEqual(new Set([DOCUMENTS]));
    await turn();
    expect(held().length).toBe(5);
  });

  it('never loads an earlier version again, and reports the loss of the later one', async () => {
    for (const org of organizations) await replica.require(org);
    await turn();
    source.version = 6;

    await expect(replica.require('org-0')).rejects.toMatchObject({ code: 'not_initialised' });
    expect(replica.get('org-0')).toBeUndefined();
    await turn();
    expect(source.reported).toEqual(['org-0']);

    source.version = 8;
    await replica.require('org-0');
    expect(replica.get('org-0')).toMatchObject({ version: 8 });
  });

  it('asks for the versions of what it holds alone', async () => {
    for (const org of organizations) await replica.require(org);
    await turn();
    source.version = 8;
    source.fetched.length = 0;
    await replica.poll();

    expect(source.fetched.toSorted()).toEqual([...organizations.slice(-5), PLATFORM].toSorted());
  });
});
