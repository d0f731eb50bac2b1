import type { Suite } from './conformance.js';

type Json = Readonly<Record<string, unknown>>;
const KEYS = new Set(['key', 'flag_key', 'flag', 'segment', 'missing', 'linked_flag_keys']);

/**
 * The suite with every key prefixed, so that many suites live side by side in one organization and on one platform; each flag
 * keeps its buckets by its salt.
 */
export function renamed(suite: Suite, prefix: string): Suite {
  const rename = (key: string): string => `${prefix}.${key}`;
  const walk = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return KEYS.has(name) ? rename(value) : value;
    if (Array.isArray(value)) return value.map((item) => walk(item, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, walk(item, inner)]));
  };
  const configs = (of: Json | undefined): Json | undefined =>
    of && Object.fromEntries(Object.entries(of).map(([key, config]) => [rename(key), walk(config, 'configs')]));
  const objects = ({ flags, segments, strategies, kill_switches, configs: of }: Json): Json => ({
    flags: (flags as Json[] | undefined)?.map((flag) => ({ salt: flag['key'], ...(walk(flag, '') as Json) })),
    segments: walk(segments, ''),
    strategies: walk(strategies, ''),
    kill_switches: walk(kill_switches, ''),
    configs: configs(of as Json | undefined),
  });
  const { title, environment, platform } = suite;
  const cases = suite.cases.map(({ context, ...one }) => ({ ...(walk(one, '') as Json), context }));
  return {
    title,
    environment,
    ...objects(suite as unknown as Json),
    platform: platform && objects(platform as unknown as Json),
    cases,
  } as unknown as Suite;
}
