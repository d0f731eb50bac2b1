import { PLATFORM, type RulesetVersion } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Environment } from '../domain/flag-state.js';
import { Channel } from './channel.js';
import { Journal } from './journal.js';
import type { DeltaArchive, Rulesets, ScopeUpdate } from './ports.js';

/** The channels of the environments that have been asked for, by organization and environment. */
export class Channels {
  readonly #byOrganization = new Map<string, Map<string, Channel>>();
  /** How many are on their way to an organization. */
  readonly #holds = new Map<string, number>();
  readonly #journal: Journal;

  constructor(
    private readonly rulesets: Rulesets,
    archive: DeltaArchive,
    private readonly clock: Clock,
  ) {
    // Before the channels hear of an update, the journal must have it.
    this.#journal = new Journal(rulesets, archive);
    rulesets.onUpdate((update) => this.#apply(update));
    rulesets.keepWhile((scope) => this.#isInUse(scope));
    rulesets.onEvicted((scope) => this.#byOrganization.delete(scope));
  }

  /**
   * The channel of an environment, at the newest version this process holds; for a reader who was told `last` elsewhere, not
   * before that if anybody has it. @throws AppError `not_initialised`
   */
  async open(orgId: string, environment: Environment, last?: RulesetVersion): Promise<Channel> {
    await this.rulesets.require(PLATFORM);
    // Last: from here on it is kept by its readers, and by `hold` until they are there.
    await this.rulesets.require(orgId);
    if (last !== undefined) await this.rulesets.reach(orgId, last);
    let channels = this.#byOrganization.get(orgId);
    if (channels === undefined) this.#byOrganization.set(orgId, (channels = new Map<string, Channel>()));
    let channel = channels.get(environment.id);
    if (channel === undefined) {
      channel = new Channel(this.rulesets, this.#journal, orgId, environment);
      channels.set(environment.id, channel);
    }
    return channel;
  }

  /** Keeps an organization, and its channels, until it is let go by calling what this returns. */
  hold(orgId: string): () => void {
    this.#holds.set(orgId, (this.#holds.get(orgId) ?? 0) + 1);
    return () => {
      const left = (this.#holds.get(orgId) ?? 1) - 1;
      if (left === 0) this.#holds.delete(orgId);
      else this.#holds.set(orgId, left);
    };
  }

  /** Fetches what `Channel.resumed` needs, if anybody has it. Never throws. */
  async recall(orgId: string, { epoch, platform, org }: RulesetVersion): Promise<void> {
    await Promise.all([this.#journal.fetch(PLATFORM, epoch, platform), this.#journal.fetch(orgId, epoch, org)]);
  }

  /** Tells every reader that the stream lives, and how old what it knows is. */
  heartbeat(): void {
    const now = this.clock.now();
    const stale_seconds = Math.max(0, Math.floor((now.getTime() - this.rulesets.confirmedAt()) / 1_000));
    for (const channel of this.#all()) channel.beat(now.toISOString(), stale_seconds);
  }

  #apply(update: ScopeUpdate): void {
    const now = this.clock.now();
    const channels = update.scope === PLATFORM ? this.#all() : (this.#byOrganization.get(update.scope)?.values() ?? []);
    for (const channel of channels) channel.apply(update, now);
  }

  #isInUse(scope: string): boolean {
    const channels = [...(this.#byOrganization.get(scope)?.values() ?? [])];
    return this.#holds.has(scope) || channels.some((channel) => channel.hasReaders);
  }

  #all(): Iterable<Channel> {
    return [...this.#byOrganization.values()].flatMap((channels) => [...channels.values()]);
  }
}
