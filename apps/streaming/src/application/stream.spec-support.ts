import type { FlagDocument, KillSwitchDocument, RulesetDocument, Scope } from '#libs/contracts';
import { FixedClock, ManualRulesets } from '#libs/testing';
import type { Frame } from './frames.js';
import type { DeltaArchive, JournalEntry, Reader } from './ports.js';

export const { EPOCH } = ManualRulesets;
export const DEV = { id: 'e-dev', name: 'dev' };
export const newYear = (): FixedClock => new FixedClock('2026-01-01T00:00:00.000Z');

/** Keeps every change of some rulesets as text, as flags does in Redis. */
export class ManualArchive implements DeltaArchive {
  readonly #entries = new Map<string, string>();
  asked = 0;
  isAway = false;
  constructor(rulesets?: ManualRulesets) {
    rulesets?.onUpdate((update) => this.#entries.set(`${update.scope} ${update.version}`, JSON.stringify(update)));
  }
  forget(scope: Scope, version: number): void {
    this.#entries.delete(`${scope} ${version}`);
  }
  async read(scope: Scope, epoch: string, from: number, to: number): Promise<readonly JournalEntry[]> {
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

interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The messages in a frame. */
export function messagesOf({ bytes }: Frame): readonly Message[] {
  return bytes
    .toString('utf8')
    .split('\n\n')
    .filter((message) => message !== '')
    .map((message) => {
      const [id, event, data] = message.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
      return { id: id!, event: event!, data: (JSON.parse(data!) as { data: Record<string, unknown> }).data };
    });
}

/** A reader that keeps its frames. */
export class KeepingReader implements Reader {
  readonly frames: Frame[] = [];
  write(frame: Frame): void {
    this.frames.push(frame);
  }
  texts(): string[] {
    return this.frames.map(({ bytes }) => bytes.toString('utf8'));
  }
  messages(): readonly Message[] {
    return this.frames.flatMap(messagesOf);
  }
  events(): string[] {
    return this.messages().map(({ event }) => event);
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
