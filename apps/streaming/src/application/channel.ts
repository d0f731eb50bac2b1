import { formatVersion, joinVersions, PLATFORM } from '#libs/contracts';
import { flagState, flagStates, type Environment, type VersionedFlagState } from '../domain/flag-state.js';
import { flagsUsing } from '../domain/references.js';
import { activeKillSwitches, flagEvent, killSwitchEvent, type StreamEvent } from '../domain/stream-events.js';
import { COMMENT, frame, refetchFrame, type Frame } from './frames.js';
import type { HeldScope, Reader, Rulesets, ScopeUpdate } from './ports.js';

/** The stream of one environment: what its readers were told last, and what they are told next. */
export class Channel {
  readonly readers = new Set<Reader>();
  /** Those who are told only that they shall evaluate again (OFREP). */
  readonly refetchers = new Set<Reader>();
  #told: Map<string, VersionedFlagState>;
  /** The lifetime of the database that readers were told of; none while the two scopes stand in different ones. */
  #epoch: string | undefined;
  #init: Frame | undefined;

  constructor(
    private readonly rulesets: Rulesets,
    private readonly orgId: string,
    private readonly environment: Environment,
  ) {
    this.#told = this.#states();
    this.#epoch = this.#commonEpoch();
  }

  /** `<epoch>.<platform>.<org>`: the same on every evaluator. */
  get version(): string {
    return formatVersion(joinVersions(this.#platform, this.#organization));
  }

  /** The full state: what every connection begins with. One frame for all until the next change. */
  init(now: Date): Frame {
    this.#init ??= frame(this.version, {
      event: 'init',
      data: {
        version: this.version,
        flags: [...this.#told.values()]
          .map(({ state }) => state)
          .toSorted((a, b) => (a.flag_key < b.flag_key ? -1 : 1)),
        kill_switches: activeKillSwitches([
          ...this.#platform.documents.values(),
          ...this.#organization.documents.values(),
        ]),
        timestamp: now.toISOString(),
      },
    });
    return this.#init;
  }

  /** Tells the readers what an update means for this environment: nothing, when it does not touch it. */
  apply(update: ScopeUpdate, now: Date): void {
    this.#init = undefined;
    const epoch = this.#commonEpoch();
    if (epoch === undefined || epoch !== this.#epoch) return this.#begin(epoch, now);
    const common = { version: this.version, timestamp: now.toISOString() };
    const events = this.#events(update);
    for (const { event, data } of events) {
      const told = event.startsWith('flag.') ? { ...data, environment: this.environment.name } : data;
      this.#send({ event, data: { ...told, ...common } });
    }
    if (events.length > 0) tell(this.refetchers, () => refetchFrame(this.version, now));
  }

  /** Tells every reader that the stream lives. */
  beat(timestamp: string, stale_seconds: number): void {
    this.#send({ event: 'heartbeat', data: { timestamp, version: this.version, stale_seconds } });
    tell(this.refetchers, () => COMMENT);
  }

  /**
   * A new epoch: what readers know may never have been. They get the full state, as at the beginning of a connection, as soon as
   * both scopes have arrived in it, and nothing before.
   */
  #begin(epoch: string | undefined, now: Date): void {
    this.#epoch = epoch;
    if (epoch === undefined) return;
    this.#told = this.#states();
    tell(this.readers, () => this.init(now));
    tell(this.refetchers, () => refetchFrame(this.version, now));
  }

  #states(): Map<string, VersionedFlagState> {
    return flagStates(this.#platform.documents, this.#organization.documents, this.environment);
  }

  #commonEpoch(): string | undefined {
    const { epoch } = this.#platform;
    return epoch === this.#organization.epoch ? epoch : undefined;
  }

  #send(event: StreamEvent): void {
    tell(this.readers, () => frame(this.version, event));
  }

  #events({ changes }: ScopeUpdate): readonly StreamEvent[] {
    const events: (StreamEvent | undefined)[] = [];
    const shared = new Set<string>();
    for (const { ref, document, before } of changes) {
      const kind = (document ?? before)?.kind;
      if (kind === 'flag') events.push(this.#flagMoved(ref.slice('flag:'.length)));
      else if (kind === 'kill_switch') events.push(killSwitchEvent(before as never, document as never));
      else if (kind === 'segment' || kind === 'strategy') shared.add(ref);
    }
    if (shared.size > 0) events.push(this.#sharedMoved(shared));
    return events.filter((event) => event !== undefined);
  }

  #flagMoved(key: string): StreamEvent | undefined {
    const before = this.#told.get(key);
    const after = flagState(key, this.#platform.documents, this.#organization.documents, this.environment);
    if (after === undefined) this.#told.delete(key);
    else this.#told.set(key, after);
    return flagEvent(before, after);
  }

  #sharedMoved(refs: ReadonlySet<string>): StreamEvent | undefined {
    const keys = flagsUsing(refs, [this.#platform.documents, this.#organization.documents]);
    return keys.length === 0 ? undefined : { event: 'ruleset.updated', data: { flag_keys: keys } };
  }

  get #platform(): HeldScope {
    return this.rulesets.get(PLATFORM);
  }

  get #organization(): HeldScope {
    return this.rulesets.get(this.orgId);
  }
}

/** One frame for all; none is made for nobody. */
function tell(readers: ReadonlySet<Reader>, make: () => Frame): void {
  if (readers.size === 0) return;
  const message = make();
  for (const reader of readers) reader.write(message);
}
