import { formatVersion, joinVersions, PLATFORM, rulesetDownload, type RulesetVersion } from '#libs/contracts';
import { viewBefore, type Owner, type Update, type View } from '../domain/documents.js';
import { flagStates, type Environment } from '../domain/flag-state.js';
import { killSwitchStates } from '../domain/kill-switch-state.js';
import { replay } from '../domain/replay.js';
import { eventsOf, standingOf, type StreamEvent } from '../domain/stream-events.js';
import { withDocuments } from '../domain/with-documents.js';
import { COMMENT, frame, joined, refetchFrame, type Frame } from './frames.js';
import type { Journal } from './journal.js';
import type { HeldScope, Reader, Rulesets, ScopeUpdate } from './ports.js';

/** What a reader is told: states of flags and switches; the documents as well; or only to evaluate again (OFREP). */
export type StreamKind = 'state' | 'ruleset' | 'refetch';
type Telling = Exclude<StreamKind, 'refetch'>;

/** One change of one scope. */
interface Step extends Update {
  readonly version: number;
}
/** How many different beginnings are kept until the next change. */
const MAX_OPENINGS = 256;

/** The stream of one environment. What it tells comes from comparing how things stood with how they stand. */
export class Channel {
  readonly readers: Readonly<Record<StreamKind, Set<Reader>>> = {
    state: new Set(),
    ruleset: new Set(),
    refetch: new Set(),
  };
  /** What connections begin with, until the next change: one frame for all who come from the same version. */
  readonly #openings = new Map<string, Frame | undefined>();
  /** The lifetime of the database that readers were told of; none while the two scopes stand in different ones. */
  #epoch: string | undefined;

  constructor(
    private readonly rulesets: Rulesets,
    private readonly journal: Journal,
    private readonly orgId: string,
    private readonly environment: Environment,
  ) {
    this.#epoch = this.#commonEpoch();
  }

  /** `<epoch>.<platform>.<org>`: the same on every evaluator. */
  get version(): string {
    return formatVersion(joinVersions(this.#platform, this.#organization));
  }

  get hasReaders(): boolean {
    return Object.values(this.readers).some(({ size }) => size > 0);
  }

  /** The full state: what every connection begins with that does not go on. */
  init(kind: Telling, now: Date): Frame {
    return this.#opening(kind, () => {
      const version = this.version;
      const told = kind === 'ruleset' ? this.#ruleset(version) : { version, ...this.#state() };
      return frame(version, { event: 'init', data: { ...told, timestamp: now.toISOString() } });
    })!;
  }

  /**
   * What a reader who was told everything up to `last` has missed: `resumed` with the id it has, then each event with its own.
   * `undefined` when that is not known for sure; the journal must have been asked to fetch it.
   */
  resumed(kind: Telling, last: RulesetVersion, now: Date): Frame | undefined {
    return this.#opening(`${kind} ${formatVersion(last)}`, () => {
      const steps = this.#stepsSince(last);
      const replayed = steps && replay(this.#view, steps, this.environment);
      if (replayed === undefined) return undefined;
      const from = formatVersion(last);
      const timestamp = now.toISOString();
      const begin = frame(from, { event: 'resumed', data: { from, version: this.version, timestamp } });
      const at = { ...last };
      const rest = replayed.map(({ update, events }) => {
        at[update.owner === 'platform' ? 'platform' : 'org'] = update.version;
        return this.#frames(kind, update, events, formatVersion(at), timestamp);
      });
      return joined([begin, ...rest.flat()]);
    });
  }

  /** Tells the readers what an update means for this environment: nothing, when it does not touch it. */
  apply({ scope, changes }: ScopeUpdate, now: Date): void {
    this.#openings.clear();
    const epoch = this.#commonEpoch();
    if (epoch === undefined || epoch !== this.#epoch) return this.#begin(epoch, now);
    if (!this.hasReaders) return;
    const update: Update = { owner: scope === PLATFORM ? 'platform' : 'organization', changes };
    const before = standingOf(update, viewBefore(this.#view, update), this.environment);
    const events = eventsOf(update, before, this.#view, this.environment);
    const [version, timestamp] = [this.version, now.toISOString()];
    for (const kind of ['state', 'ruleset'] as const) {
      tell(this.readers[kind], () => this.#frames(kind, update, events, version, timestamp));
    }
    if (events.length > 0) tell(this.readers.refetch, () => [refetchFrame(version, now)]);
  }

  /**
   * A new epoch: what readers know may never have been. They get the full state, as at the beginning of a connection, as soon as
   * both scopes have arrived in it, and nothing before.
   */
  #begin(epoch: string | undefined, now: Date): void {
    this.#epoch = epoch;
    if (epoch === undefined) return;
    for (const kind of ['state', 'ruleset'] as const) tell(this.readers[kind], () => [this.init(kind, now)]);
    tell(this.readers.refetch, () => [refetchFrame(this.version, now)]);
  }

  /** Tells every reader that the stream lives. */
  beat(timestamp: string, stale_seconds: number): void {
    const { version } = this;
    const beat = frame(version, { event: 'heartbeat', data: { timestamp, version, stale_seconds } });
    for (const kind of ['state', 'ruleset'] as const) tell(this.readers[kind], () => [beat]);
    tell(this.readers.refetch, () => [COMMENT]);
  }

  #frames(
    kind: Telling,
    update: Update,
    events: readonly StreamEvent[],
    version: string,
    timestamp: string,
  ): readonly Frame[] {
    const told = kind === 'ruleset' ? withDocuments(events, update, this.environment) : events;
    return told.map(({ event, data }) => {
      const where = event.startsWith('flag.') ? { environment: this.environment.name } : {};
      return frame(version, { event, data: { ...data, ...where, version, timestamp } });
    });
  }

  #opening(name: string, make: () => Frame | undefined): Frame | undefined {
    if (this.#openings.has(name)) return this.#openings.get(name);
    if (this.#openings.size >= MAX_OPENINGS) this.#openings.clear();
    const made = make();
    this.#openings.set(name, made);
    return made;
  }

  #state(): object {
    return { flags: flagStates(this.#view, this.environment), kill_switches: killSwitchStates(this.#view) };
  }

  #ruleset(version: string): object {
    const { platform, organization } = this.#view;
    const documents = { platform: [...platform.values()], organization: [...organization.values()] };
    return rulesetDownload(version, this.environment, documents);
  }

  /** The two scopes are counted apart: what moved first between them nobody knows, and no reader needs to. */
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

  get #platform(): HeldScope {
    return this.rulesets.get(PLATFORM);
  }

  get #organization(): HeldScope {
    return this.rulesets.get(this.orgId);
  }
}

/** One frame for all; none is made for nobody. */
function tell(readers: ReadonlySet<Reader>, make: () => readonly Frame[]): void {
  if (readers.size === 0) return;
  for (const message of make()) for (const reader of readers) reader.write(message);
}
