import { Gauge, Counter, Histogram, type Registry } from 'prom-client';
import { PLATFORM } from '#libs/contracts';
import type { KeyCheck } from '#libs/api-keys';
import type { RulesetReplica } from '#libs/rulesets';

const PROPAGATION_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface EdgeMetricsParts {
  readonly registry: Registry;
  readonly replica: RulesetReplica;
  readonly keys: KeyCheck;
  readonly service: string;
}

/** Metrics of rulesets and keys, read at each scrape; times of propagation are observed as they happen. */
export function edgeMetrics({ registry, replica, keys, service }: EdgeMetricsParts): void {
  const { scopes } = replica;
  const gauges: Readonly<Record<string, readonly [help: string, value: () => number]>> = {
    loom_rulesets_held: ['Rulesets in memory, including the platform', () => scopes.size],
    loom_ruleset_bytes: ['Estimated memory of their documents', () => scopes.bytes],
    loom_ruleset_platform_version: ['Version of the platform that is held', () => replica.get(PLATFORM)?.version ?? 0],
    loom_ruleset_stale_seconds: [
      'Time since the rulesets held were confirmed to be the newest',
      () => staleSeconds(replica),
    ],
    loom_key_cache_size: ['Verified API keys in memory', () => keys.cache.size],
  };
  const counters: typeof gauges = {
    loom_ruleset_evictions_total: ['Organizations evicted to stay below the bound', () => scopes.evictions],
    loom_key_cache_hits_total: ['API keys found in memory', () => keys.cache.hits],
    loom_key_cache_misses_total: ['API keys looked up or refused', () => keys.cache.misses],
  };
  for (const [name, [help, value]] of Object.entries(gauges)) gauge(registry, name, help, value);
  for (const [name, [help, value]] of Object.entries(counters)) counter(registry, name, help, value);
  const propagation = new Histogram({
    name: 'loom_propagation_seconds',
    help: 'Time from a change (clock of flags) until it is held (clock of this process)',
    labelNames: ['service'],
    buckets: PROPAGATION_S,
    registers: [registry],
  });
  replica.onArrival((ms) => propagation.observe({ service }, ms / 1_000));
}

function staleSeconds({ confirmedAt }: RulesetReplica): number {
  return confirmedAt === 0 ? 0 : Math.max(0, (Date.now() - confirmedAt) / 1_000);
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  const one: Gauge = new Gauge({ name, help, registers: [registry], collect: () => one.set(value()) });
}

function counter(registry: Registry, name: string, help: string, value: () => number): void {
  const collect = (): void => {
    one.reset();
    one.inc(value());
  };
  const one: Counter = new Counter({ name, help, registers: [registry], collect });
}
