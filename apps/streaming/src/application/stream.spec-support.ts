import {
  PLATFORM,
  refOf,
  type DocumentRef,
  type FlagDocument,
  type KillSwitchDocument,
  type RulesetDocument,
  type Scope,
} from '#libs/contracts';
import { Clock } from '#libs/kernel';
import type { Frame } from './frames.js';
import { DeltaArchive, Rulesets, type JournalEntry, type Reader, type ScopeUpdate } from './ports.js';

export const EPOCH = '0000000a1';
export const DEV = { id: 'e-dev', name: 'dev' };

export class FixedClock extends Clock {
  override now(): Date {
    return new Date('2026-01-01T00:00:00.000Z');
  }
}

/** Rulesets that a test moves by hand. */
export class ManualRulesets extends Rulesets {
  readonly #scopes = new Map<Scope, { version: number; documents: Map<DocumentRef, RulesetDocument> }>();
  readonly #listeners: ((update: ScopeUpdate) => void)[] = [];
  readonly #epochs = new Map<Scope, string>();
  readonly #reached: unknown[] = [];
  /** Loads what is there: nothing. */
  override require(scope: Scope): Promise<void> {
    if (!this.#scopes.has(scope)) this.change(scope, new Map(), 0);
    return Promise.resolve();
  }
  override reach(_orgId: Scope, want: unknown): Promise<void> {
    this.#reached.push(want);
    return Promise.resolve();
  }
  /** What was waited for. */
  get reached(): readonly unknown[] {
    return this.#reached;
  }
  override get(scope: Scope) {
    const held = this.#scopes.get(scope) ?? { version: 0, documents: new Map<DocumentRef, RulesetDocument>() };
    return { scope, epoch: this.#epochs.get(scope) ?? EPOCH, ...held };
  }
  override confirmedAt(): number {
    return Date.parse('2025-12-31T23:59:53.000Z');
  }
  override onUpdate(listener: (update: ScopeUpdate) => void): void {
    this.#listeners.push(listener);
  }
  readonly #evicted: ((scope: Scope) => void)[] = [];
  isInUse: (scope: Scope) => boolean = () => false;
  override keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.isInUse = isInUse;
  }
  override onEvicted(listener: (scope: Scope) => void): void {
    this.#evicted.push(listener);
  }
  evict(scope: Scope): void {
    for (const listener of this.#evicted) listener(scope);
  }
  put(scope: Scope, ...documents: RulesetDocument[]): void {
    this.change(scope, new Map(documents.map((document) => [refOf(document), document])));
  }
  remove(scope: Scope, document: RulesetDocument): void {
    this.change(scope, new Map([[refOf(document), null]]));
  }
  /** One version further, or several: as after a gap. */
  change(scope: Scope, documents: ReadonlyMap<DocumentRef, RulesetDocument | null>, by = 1): void {
    const { version, documents: held } = this.get(scope);
    const next = new Map(held);
    const changes = [...documents].map(([ref, document]) => {
      if (document === null) next.delete(ref);
      else next.set(ref, document);
      return { ref, document, before: held.get(ref) ?? null };
    });
    this.#scopes.set(scope, { version: version + by, documents: next });
    const update = { scope, epoch: this.get(scope).epoch, version: version + by, changes };
    for (const listener of this.#listeners) listener(update);
  }
  /** The scope arrives in another lifetime of the database, at version 1 with these documents. */
  renew(scope: Scope, epoch: string, ...documents: RulesetDocument[]): void {
    this.#epochs.set(scope, epoch);
    this.#scopes.set(scope, { version: 1, documents: new Map(documents.map((one) => [refOf(one), one])) });
    for (const listener of this.#listeners) listener({ scope, epoch, version: 1, changes: [] });
  }
  /** Takes over what others hold, as a process does that has just started: by one snapshot for each scope. */
  loadFrom(others: ManualRulesets): void {
    for (const scope of [PLATFORM, 'o1']) {
      const { version, documents } = others.get(scope);
      const copies = JSON.parse(JSON.stringify([...documents])) as [DocumentRef, RulesetDocument][];
      if (version > 0) this.change(scope, new Map(copies), version);
    }
  }
}

/** What flags keeps in Redis: every change as text, or what a test made of it. */
export class ManualArchive extends DeltaArchive {
  readonly #entries = new Map<string, string>();
  asked = 0;
  isAway = false;
  constructor(rulesets?: ManualRulesets) {
    super();
    rulesets?.onUpdate((update) => this.#entries.set(`${update.scope} ${update.version}`, JSON.stringify(update)));
  }
  forget(scope: Scope, version: number): void {
    this.#entries.delete(`${scope} ${version}`);
  }
  override async read(scope: Scope, epoch: string, from: number, to: number): Promise<readonly JournalEntry[]> {
    this.asked += 1;
    await Promise.resolve();
    if (this.isAway) throw new Error('away');
    const entries: JournalEntry[] = [];
    for (let version = to; version >= from; version -= 1) {
      const text = this.#entries.get(`${scope} ${version}`);
      const entry = text === undefined ? undefined : (JSON.parse(text) as JournalEntry);
      if (entry?.epoch !== epoch) break;
      entries.unshift(entry);
    }
    return entries;
  }
}

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The messages in a frame. */
export function messagesOf({ bytes }: Frame): readonly Heard[] {
  return bytes
    .toString('utf8')
    .split('\n\n')
    .filter((message) => message !== '')
    .map((message) => {
      const [id, event, data] = message.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
      return { id: id!, event: event!, data: (JSON.parse(data!) as { data: Record<string, unknown> }).data };
    });
}

export class Listener implements Reader {
  readonly frames: Frame[] = [];
  write(frame: Frame): void {
    this.frames.push(frame);
  }
  texts(): string[] {
    return this.frames.map(({ bytes }) => bytes.toString('utf8'));
  }
  heard(): readonly Heard[] {
    return this.frames.flatMap(messagesOf);
  }
  events(): string[] {
    return this.heard().map(({ event }) => event);
  }
}

export const aFlag = (over: Partial<FlagDocument> = {}): FlagDocument => ({
  kind: 'flag',
  id: 'f1',
  key: 'a.flag',
  type: 'boolean',
  variants: [
    { name: 'off', value: false, weight: 1 },
    { name: 'on', value: true, weight: 1 },
  ],
  default_variant: 'off',
  prerequisites: [],
  salt: 'a.flag',
  exposure_tracking: true,
  archived: false,
  version: 1,
  configs: { [DEV.id]: { enabled: true, targets: {}, rules: [], version: 1 } },
  ...over,
});
export const aSwitch = (is_active: boolean, version = 1): KillSwitchDocument => ({
  kind: 'kill_switch',
  id: 'k1',
  key: 'stop_it',
  linked_flag_keys: ['a.flag'],
  is_active,
  version,
});
export const aSegment = (key: string, conditions: object[], version = 1): RulesetDocument =>
  ({ kind: 'segment', id: key, key, included: [], excluded: [], conditions, version }) as RulesetDocument;
