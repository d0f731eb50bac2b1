import {
  formatVersion,
  joinVersions,
  PLATFORM,
  rulesetDownload,
  type RulesetVersion,
  type Scope,
} from '#libs/contracts';
import type { HeldRuleset, RulesetReader, RulesetUpdate } from '#libs/rulesets';
import { viewBefore, type Owner, type Update, type View } from '../domain/documents.js';
import { flagStates, type Environment } from '../domain/flag-state.js';
import { killSwitchStates } from '../domain/kill-switch-state.js';
import { replay } from '../domain/replay.js';
import { eventsOf, statesOf, type StreamEvent } from '../domain/stream-events.js';
import { withDocuments } from '../domain/with-documents.js';
import { COMMENT, frame, joined, refetchFrame, type Frame } from './frames.js';
import type { Journal } from './journal.js';
import type { Openings } from './openings.js';
import type { Reader } from './ports.js';

/** What a reader receives: states of flags and kill switches; the documents as well; or only the request to evaluate again (OFREP). */
export type StreamKind = 'state' | 'ruleset' | 'refetch';
type EventKind = Exclude<StreamKind, 'refetch'>;

/** One change of one scope. */
interface Step extends Update {
  readonly version: number;
}
/** A larger frame of missed events costs more than the full state, which all readers share. */
const MAX_RESUMED_BYTES = 1_024 * 1_024;

/** Size up to which the frame of one version is kept for further readers. */
const MAX_KEPT_BYTES = 4_096;

/** The events since one version, for the readers of one kind. */
interface Resumed {
  readonly name: string;
  readonly frame: Frame | undefined;
}

/** The stream of one environment. Its events come from comparing the state before a change with the state after it. */
export class Channel {
  readonly readers: Readonly<Record<StreamKind, Set<Reader>>> = {
    state: new Set(),
    ruleset: new Set(),
    refetch: new Set(),
  };
  /** The frame that the last reader resumed with: readers that were cut together come from the same version. Small, or absent. */
  #latest: Resumed | undefined;
  /** The epoch of the frames sent so far; `undefined` while the two scopes are in different epochs. */
  #epoch: string | undefined;

  constructor(
    private readonly rulesets: RulesetReader,
    private readonly journal: Journal,
    private readonly openings: Openings,
    private readonly orgId: string,
    private readonly environment: Environment,
  ) {
    this.#epoch = this.#commonEpoch();
  }

  /** `<epoch>.<platform>.<org>`: the same in every process. */
  get version(): string {
    return formatVersion(joinVersions(this.#platform, this.#organization));
  }

  get hasReaders(): boolean {
    return Object.values(this.readers).some(({ size }) => size > 0);
  }

  /** The full state: the opening of every connection that is not resumed. */
  init(kind: EventKind, now: Date): Frame {
    return this.openings.get(this.#nameOf(kind), () => {
      const version = this.version;
      const content = kind === 'ruleset' ? this.#ruleset(version) : { version, ...this.#state() };
      return frame(version, { event: 'init', data: { ...content, timestamp: now.toISOString() } });
    });
  }

  /**
   * The events that a reader at version `last` has missed: `resumed` with the id of `last`, then each event with its own id.
   * `undefined` when they are not known completely, or too large. `Journal.fetch` must have been called before.
   */
  resumed(kind: EventKind, last: RulesetVersion, now: Date): Frame | undefined {
    const name = `${kind} ${formatVersion(last)}`;
    if (this.#latest?.name === name) return this.#latest.frame;
    const frame = this.#resumed(kind, last, now);
    // One small frame for each channel at most: readers choose the version, so every other is made again.
    this.#latest = frame === undefined || frame.bytes.length <= MAX_KEPT_BYTES ? { name, frame } : undefined;
    return frame;
  }

  /** Sends the events of an update to the readers: none when it does not affect this environment. */
  apply({ scope, changes }: RulesetUpdate, now: Date): void {
    this.forgetOpenings();
    const epoch = this.#commonEpoch();
    if (epoch === undefined || epoch !== this.#epoch) return this.#begin(epoch, now);
    if (!this.hasReaders) return;
    const update: Update = { owner: scope === PLATFORM ? 'platform' : 'organization', changes };
    const before = statesOf(update, viewBefore(this.#view, update), this.environment);
    const events = eventsOf(update, before, this.#view, this.environment);
    const [version, timestamp] = [this.version, now.toISOString()];
    for (const kind of ['state', 'ruleset'] as const) {
      send(this.readers[kind], () => this.#frames(kind, update, events, version, timestamp));
    }
    if (events.length > 0) send(this.readers.refetch, () => [refetchFrame(version, now)]);
  }

  /** In a new epoch the readers' state may be invalid: they get the full state as soon as both scopes are in the new epoch. */
  #begin(epoch: string | undefined, now: Date): void {
    this.#epoch = epoch;
    if (epoch === undefined) return;
    for (const kind of ['state', 'ruleset'] as const) send(this.readers[kind], () => [this.init(kind, now)]);
    send(this.readers.refetch, () => [refetchFrame(this.version, now)]);
  }

  /** Sends a heartbeat to every reader. */
  beat(timestamp: string, stale_seconds: number): void {
    const { version } = this;
    const beat = frame(version, { event: 'heartbeat', data: { timestamp, version, stale_seconds } });
    for (const kind of ['state', 'ruleset'] as const) send(this.readers[kind], () => [beat]);
    send(this.readers.refetch, () => [COMMENT]);
  }

  #frames(
    kind: EventKind,
    update: Update,
    events: readonly StreamEvent[],
    version: string,
    timestamp: string,
  ): readonly Frame[] {
    const sent = kind === 'ruleset' ? withDocuments(events, update, this.environment) : events;
    return sent.map(({ event, data }) => {
      const where = event.startsWith('flag.') ? { environment: this.environment.name } : {};
      return frame(version, { event, data: { ...data, ...where, version, timestamp } });
    });
  }

  #resumed(kind: EventKind, last: RulesetVersion, now: Date): Frame | undefined {
    const steps = this.#stepsSince(last);
    const replayed = steps && replay(this.#view, steps, this.environment);
    if (replayed === undefined) return undefined;
    const from = formatVersion(last);
    const timestamp = now.toISOString();
    const frames = [frame(from, { event: 'resumed', data: { from, version: this.version, timestamp } })];
    let bytes = 0;
    const at = { ...last };
    for (const { update, events } of replayed) {
      at[update.owner === 'platform' ? 'platform' : 'org'] = update.version;
      const next = this.#frames(kind, update, events, formatVersion(at), timestamp);
      bytes += next.reduce((sum, one) => sum + one.bytes.length, 0);
      if (bytes > MAX_RESUMED_BYTES) return undefined;
      frames.push(...next);
    }
    return joined(frames);
  }

  /** Forgets the frames that no longer open a stream: after a change, and when the channel is given up. */
  forgetOpenings(): void {
    this.#latest = undefined;
    for (const kind of ['state', 'ruleset'] as const) this.openings.forget(this.#nameOf(kind));
  }

  #nameOf(kind: EventKind): string {
    return `${this.orgId} ${this.environment.id} ${kind}`;
  }

  #state(): object {
    return { flags: flagStates(this.#view, this.environment), kill_switches: killSwitchStates(this.#view) };
  }

  #ruleset(version: string): object {
    const { platform, organization } = this.#view;
    const documents = { platform: [...platform.values()], organization: [...organization.values()] };
    return rulesetDownload(version, this.environment, documents);
  }

  /** Platform changes first: the order between the two scopes is not recorded, and readers do not depend on it. */
  #stepsSince({ epoch, platform, org }: RulesetVersion): readonly Step[] | undefined {
    const above = this.#entriesSince(PLATFORM, epoch, platform, 'platform');
    const own = this.#entriesSince(this.orgId, epoch, org, 'organization');
    return above && own && [...above, ...own];
  }

  #entriesSince(scope: string, epoch: string, version: number, owner: Owner): readonly Step[] | undefined {
    return this.journal.since(scope, epoch, version)?.map((entry) => ({ ...entry, owner }));
  }

  #commonEpoch(): string | undefined {
    const { epoch } = this.#platform;
    return epoch === this.#organization.epoch ? epoch : undefined;
  }

  get #view(): View {
    return { platform: this.#platform.documents, organization: this.#organization.documents };
  }

  get #platform(): HeldRuleset {
    return this.#held(PLATFORM);
  }

  get #organization(): HeldRuleset {
    return this.#held(this.orgId);
  }

  #held(scope: Scope): HeldRuleset {
    return this.rulesets.get(scope) ?? { scope, epoch: '', version: 0, documents: new Map() };
  }
}

/** Writes the same frames to all readers; makes none without readers. */
function send(readers: ReadonlySet<Reader>, make: () => readonly Frame[]): void {
  if (readers.size === 0) return;
  for (const message of make()) for (const reader of readers) reader.write(message);
}
