import { anonymous, type MakeContender } from './contender.js';
import { segments, type Clause, type Person, type Split, type WorkloadFlag, type WorkloadRule } from './workload.js';

/**
 * The floor: closures compiled once, results made beforehand, and the duties of an SDK's call (unknown flag, wrong type,
 * missing key, the caller's default, the whole result, an exposure counter). It knows nothing of salts, schedules, deltas
 * or hostile contexts.
 */
class Result {
  count = 0;
  constructor(
    readonly value: string | null,
    readonly variant: string,
    readonly reason: string,
    readonly ruleId: string | null,
    readonly version: number,
  ) {}
}
type Predicate = (person: Person) => boolean;
type Run = (person: Person) => Result | null;

function murmur3(text: string, seed = 0): number {
  let h = seed | 0;
  const whole = text.length & ~3;
  let i = 0;
  let seen = 0;
  for (; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    seen |= a | b | c | d;
    const k = Math.imul(a | (b << 8) | (c << 16) | (d << 24), 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  let k = 0;
  for (let j = text.length - 1; j >= i; j--) k = (k << 8) | text.charCodeAt(j);
  k = Math.imul(k, 0xcc9e2d51);
  h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593) ^ text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return seen > 127 ? Number.NaN : (h ^ (h >>> 16)) >>> 0;
}

function clause({ attribute, op, value }: Clause): Predicate {
  if (op === 'eq') return (person) => person[attribute] === value;
  if (op === 'gte') {
    return (person) => {
      const actual = person[attribute];
      return typeof actual === 'number' && actual >= (value as number);
    };
  }
  if (op === 'endsWith') {
    return (person) => {
      const actual = person[attribute];
      return typeof actual === 'string' && actual.endsWith(value as string);
    };
  }
  const list = value as readonly string[];
  if (list.length > 6) {
    const set = new Set<unknown>(list);
    return (person) => set.has(person[attribute]);
  }
  return (person) => {
    const actual = person[attribute];
    for (let i = 0; i < list.length; i++) if (list[i] === actual) return true;
    return false;
  };
}

function all(tests: readonly Predicate[]): Predicate | null {
  const [a, b, c] = tests;
  if (a === undefined) return null;
  if (b === undefined) return a;
  if (c === undefined) return (person) => a(person) && b(person);
  return (person) => a(person) && b(person) && c(person);
}

const compiledSegments = new Map<string, Predicate>(
  Object.entries(segments).map(([key, clauses]) => {
    const tests = clauses.map(clause);
    return [
      key,
      (person: Person) => {
        for (let i = 0; i < tests.length; i++) if (tests[i]!(person)) return true;
        return false;
      },
    ];
  }),
);

function compile(flag: WorkloadFlag): Run {
  const seed = murmur3(flag.key);
  const result = (variant: string, reason: string, rule: string | null): Result =>
    new Result(variant, variant, reason, rule, 7);
  const keyless = new Result(null, 'off', 'TARGETING_KEY_MISSING', null, 7);
  const fallback = result('off', flag.enabled ? 'DEFAULT' : 'DISABLED', null);
  if (!flag.enabled) return () => fallback;
  const splitOver = (split: Split, id: string): Run => {
    let sum = 0;
    const cumulative = split.map(([, weight]) => (sum += weight * 100));
    const results = split.map(([variant]) => result(variant, 'SPLIT', id));
    return (person) => {
      if (typeof person.userId !== 'string') return keyless;
      const bucket = murmur3(person.userId, seed) % 10_000;
      for (let i = 0; i < cumulative.length; i++) if (bucket < cumulative[i]!) return results[i]!;
      return fallback;
    };
  };
  const serve = (rule: WorkloadRule, id: string): Run => {
    if (rule.split !== undefined) return splitOver(rule.split, id);
    const hit = result(rule.serve!, 'TARGETING_MATCH', id);
    if (rule.rollout === undefined) return () => hit;
    const threshold = rule.rollout * 100;
    const bySplit = result(rule.serve!, 'SPLIT', id);
    return (person) => {
      if (typeof person.userId !== 'string') return keyless;
      return murmur3(person.userId, seed) % 10_000 < threshold ? bySplit : null;
    };
  };
  const tests = flag.rules.map((rule) =>
    all([...rule.clauses.map(clause), ...(rule.segment === undefined ? [] : [compiledSegments.get(rule.segment)!])]),
  );
  const serves = flag.rules.map((rule, i) => serve(rule, `rule-${i}`));
  const otherwise = flag.otherwise === undefined ? () => fallback : splitOver(flag.otherwise, 'otherwise');
  return (person) => {
    for (let i = 0; i < tests.length; i++) {
      const test = tests[i]!;
      if (test !== null && !test(person)) continue;
      const served = serves[i]!(person);
      if (served !== null) return served;
    }
    return otherwise(person);
  };
}

export const floor: MakeContender = ({ flags }) => {
  const compiled = flags.map((flag) => ({
    key: flag.key,
    type: flag.variants.length === 2 ? 1 : 2,
    run: compile(flag),
  }));
  const byKey = new Map(compiled.map((flag) => [flag.key, flag]));
  const evaluate = (key: string, person: Person): string => {
    const flag = byKey.get(key);
    if (flag === undefined || flag.type > 2) return 'off';
    const result = flag.run(person)!;
    result.count++;
    return result.value ?? 'off';
  };
  return anonymous({
    context: (person) => person,
    evaluatorOf:
      ({ key }) =>
      (person: Person) =>
        evaluate(key, person),
    variantOf: (answer: string) => answer,
    evaluateAll(person: Person) {
      const results: Record<string, Result> = {};
      for (let i = 0; i < compiled.length; i++) {
        const result = compiled[i]!.run(person)!;
        result.count++;
        results[compiled[i]!.key] = result;
      }
      return results;
    },
    variantsOf: (all: Record<string, Result>) =>
      Object.fromEntries(Object.entries(all).map(([key, { variant }]) => [key, variant])),
  });
};
