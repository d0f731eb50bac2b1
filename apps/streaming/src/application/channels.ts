import { PLATFORM } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Environment } from '../domain/flag-state.js';
import { Channel } from './channel.js';
import type { Rulesets, ScopeUpdate } from './ports.js';

/** The channels that have readers, by organization and environment. */
export class Channels {
  readonly #byOrganization = new Map<string, Map<string, Channel>>();

  constructor(
    private readonly rulesets: Rulesets,
    private readonly clock: Clock,
  ) {
    rulesets.onUpdate((update) => this.#apply(update));
    rulesets.keepWhile((scope) => this.#hasReaders(scope));
    rulesets.onEvicted((scope) => this.#byOrganization.delete(scope));
  }

  /** The channel of an environment, at the newest version this process holds. @throws AppError `not_initialised` */
  async open(orgId: string, environment: Environment): Promise<Channel> {
    await this.rulesets.require(PLATFORM);
    // Last: until the next I/O it is there, then it is kept by its readers.
    await this.rulesets.require(orgId);
    let channels = this.#byOrganization.get(orgId);
    if (channels === undefined) this.#byOrganization.set(orgId, (channels = new Map<string, Channel>()));
    let channel = channels.get(environment.id);
    if (channel === undefined) {
      channel = new Channel(this.rulesets, orgId, environment);
      channels.set(environment.id, channel);
    }
    return channel;
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

  #hasReaders(scope: string): boolean {
    const channels = [...(this.#byOrganization.get(scope)?.values() ?? [])];
    return channels.some(({ readers, refetchers }) => readers.size + refetchers.size > 0);
  }

  #all(): Iterable<Channel> {
    return [...this.#byOrganization.values()].flatMap((channels) => [...channels.values()]);
  }
}
