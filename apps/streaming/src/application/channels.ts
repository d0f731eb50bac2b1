import { PLATFORM, type RulesetVersion } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { RulesetReader, RulesetUpdate } from '#libs/rulesets';
import type { Environment } from '../domain/flag-state.js';
import { Channel } from './channel.js';
import { Journal } from './journal.js';
import { Openings } from './openings.js';
import type { DeltaArchive } from './ports.js';

/** How long a reader that reconnects waits for the version that it received from another process. */
const REACH_TIMEOUT_MS = 250;

/** The channels of the environments in use, by organization and environment. */
export class Channels {
  readonly #byOrganization = new Map<string, Map<string, Channel>>();
  /** Requests for streams in progress, by organization. */
  readonly #holds = new Map<string, number>();
  readonly #journal: Journal;
  readonly #openings = new Openings();

  constructor(
    private readonly rulesets: RulesetReader,
    archive: DeltaArchive,
    private readonly clock: Clock,
  ) {
    // First: the journal must have an update before the channels process it.
    this.#journal = new Journal(rulesets, archive);
    rulesets.onUpdate((update) => this.#apply(update));
    rulesets.keepWhile((scope) => this.#isInUse(scope));
    rulesets.onEvicted((scope) => this.#forget(scope));
  }

  /**
   * The channel of an environment, at the newest version that this process holds. Waits for `last`, the version that the reader
   * received elsewhere. @throws AppError `not_initialised`
   */
  async open(orgId: string, environment: Environment, last?: RulesetVersion): Promise<Channel> {
    await this.rulesets.require(PLATFORM);
    // Last: until the reader is added, `hold` protects the organization from eviction.
    await this.rulesets.require(orgId);
    if (last !== undefined) await this.rulesets.reach(orgId, last, REACH_TIMEOUT_MS);
    let channels = this.#byOrganization.get(orgId);
    if (channels === undefined) this.#byOrganization.set(orgId, (channels = new Map<string, Channel>()));
    let channel = channels.get(environment.id);
    if (channel === undefined) {
      channel = new Channel(this.rulesets, this.#journal, this.#openings, orgId, environment);
      channels.set(environment.id, channel);
    }
    return channel;
  }

  /** Protects an organization and its channels from eviction until the returned function is called. */
  hold(orgId: string): () => void {
    this.#holds.set(orgId, (this.#holds.get(orgId) ?? 0) + 1);
    return () => {
      const left = (this.#holds.get(orgId) ?? 1) - 1;
      if (left === 0) this.#holds.delete(orgId);
      else this.#holds.set(orgId, left);
    };
  }

  /** Fetches the changes that `Channel.resumed` needs, as far as they are kept. Never throws. */
  async recall(orgId: string, { epoch, platform, org }: RulesetVersion): Promise<void> {
    await Promise.all([this.#journal.fetch(PLATFORM, epoch, platform), this.#journal.fetch(orgId, epoch, org)]);
  }

  /** Sends a heartbeat with the age of the last confirmation to every reader. */
  heartbeat(): void {
    const now = this.clock.now();
    const stale_seconds = Math.max(0, Math.floor((now.getTime() - this.rulesets.confirmedAt) / 1_000));
    for (const channel of this.#all()) channel.beat(now.toISOString(), stale_seconds);
  }

  #apply(update: RulesetUpdate): void {
    const now = this.clock.now();
    const channels = update.scope === PLATFORM ? this.#all() : (this.#byOrganization.get(update.scope)?.values() ?? []);
    for (const channel of channels) channel.apply(update, now);
  }

  #forget(orgId: string): void {
    for (const channel of this.#byOrganization.get(orgId)?.values() ?? []) channel.forgetOpenings();
    this.#byOrganization.delete(orgId);
  }

  #isInUse(scope: string): boolean {
    const channels = [...(this.#byOrganization.get(scope)?.values() ?? [])];
    return this.#holds.has(scope) || channels.some((channel) => channel.hasReaders);
  }

  #all(): Iterable<Channel> {
    return [...this.#byOrganization.values()].flatMap((channels) => [...channels.values()]);
  }
}
