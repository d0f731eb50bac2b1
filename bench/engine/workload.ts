/** One logical workload that every engine renders in its own format: off, three conditions, a rollout, five rules. */
export interface Person {
  readonly userId: string;
  readonly country: string;
  readonly plan: string;
  readonly age: number;
  readonly email: string;
  readonly os: string;
  readonly browser: string;
  readonly city: string;
  readonly orgId: string;
  readonly signupDays: number;
}
export interface Clause {
  readonly attribute: keyof Person;
  readonly op: 'in' | 'eq' | 'gte' | 'endsWith';
  readonly value: string | number | readonly string[];
}
export type Split = readonly (readonly [variant: string, weight: number])[];
export interface WorkloadRule {
  readonly clauses: readonly Clause[];
  readonly segment?: string;
  readonly rollout?: number;
  readonly serve?: string;
  readonly split?: Split;
}
export interface WorkloadFlag {
  readonly key: string;
  readonly variants: readonly string[];
  readonly enabled: boolean;
  readonly rules: readonly WorkloadRule[];
  /** The split for contexts that match no rule. */
  readonly otherwise?: Split;
}

export const PEOPLE = 1_024;
const COUNTRIES = ['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'NL', 'SE'];
const PLANS = ['free', 'pro', 'team', 'enterprise'];
const hex = (n: number): string => ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');

export const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, i) => ({
  userId: `user-${hex(i + 1)}-${i}`,
  country: COUNTRIES[(i * 7 + (i >> 3)) & 7]!,
  plan: PLANS[(i * 5 + (i >> 5)) & 3]!,
  age: 18 + ((i * 13) % 48),
  email: i % 16 === 3 ? `person${i}@beta.example.org` : `person${i}@example.com`,
  os: i & 1 ? 'ios' : 'android',
  browser: 'chrome',
  city: 'Berlin',
  orgId: `org-${i % 37}`,
  signupDays: (i * 31) % 900,
}));

const VIPS = Array.from({ length: 10 }, (_, k) => people[k * 97 + 5]!.userId);

/** Any of these. */
export const segments: Readonly<Record<string, readonly Clause[]>> = {
  beta: [
    { attribute: 'email', op: 'endsWith', value: '@beta.example.org' },
    { attribute: 'plan', op: 'eq', value: 'enterprise' },
  ],
};

const BOOLEAN = ['off', 'on'];
const off = (key: string): WorkloadFlag => ({ key, variants: BOOLEAN, enabled: false, rules: [] });

function conditions(key: string, k = 0): WorkloadFlag {
  const clauses: Clause[] = [
    { attribute: 'country', op: 'in', value: ['DE', 'FR', 'NL', 'SE', 'GB'].slice(0, 5 - (k % 2)) },
    { attribute: 'plan', op: 'eq', value: PLANS[1 + (k % 3)]! },
    { attribute: 'age', op: 'gte', value: 21 + (k % 5) },
  ];
  return { key, variants: BOOLEAN, enabled: true, rules: [{ clauses, serve: 'on' }] };
}

const rollout = (key: string, percentage = 20): WorkloadFlag => ({
  key,
  variants: BOOLEAN,
  enabled: true,
  rules: [{ clauses: [], rollout: percentage, serve: 'on' }],
});

const fiveRules = (key: string): WorkloadFlag => ({
  key,
  variants: ['A', 'B', 'C'],
  enabled: true,
  rules: [
    { clauses: [{ attribute: 'userId', op: 'in', value: VIPS }], serve: 'A' },
    { clauses: [], segment: 'beta', serve: 'B' },
    {
      clauses: [
        { attribute: 'country', op: 'eq', value: 'US' },
        { attribute: 'age', op: 'gte', value: 30 },
      ],
      serve: 'C',
    },
    {
      clauses: [{ attribute: 'plan', op: 'eq', value: 'team' }],
      split: [
        ['A', 50],
        ['B', 50],
      ],
    },
    {
      clauses: [
        { attribute: 'plan', op: 'eq', value: 'pro' },
        { attribute: 'country', op: 'in', value: ['GB', 'IN'] },
      ],
      serve: 'A',
    },
  ],
  otherwise: [
    ['A', 34],
    ['B', 33],
    ['C', 33],
  ],
});

export const KEYS = {
  off: 'flag.off',
  conditions: 'flag.conditions',
  rollout: 'flag.rollout',
  fiveRules: 'flag.five_rules',
};

/** 30 % off, 30 % conditions, 30 % rollouts, 10 % five rules. */
export function workloadFlags(count = 200): WorkloadFlag[] {
  const flags = [off(KEYS.off), conditions(KEYS.conditions), rollout(KEYS.rollout), fiveRules(KEYS.fiveRules)];
  for (let i = flags.length; i < count; i++) {
    const key = `flag.n${String(i).padStart(5, '0')}`;
    const kind = i % 10;
    flags.push(
      kind < 3 ? off(key) : kind < 6 ? conditions(key, i) : kind < 9 ? rollout(key, 5 + (i % 90)) : fiveRules(key),
    );
  }
  return flags;
}

function holds({ attribute, op, value }: Clause, person: Person): boolean {
  const actual = person[attribute];
  if (op === 'in') return (value as readonly unknown[]).includes(actual);
  if (op === 'eq') return actual === value;
  return op === 'gte' ? Number(actual) >= Number(value) : String(actual).endsWith(String(value));
}

/** The right answer, worked out naively; `undefined` where a hash decides, for engines hash differently. */
export function expectedVariant(flag: WorkloadFlag, person: Person): string | undefined {
  if (!flag.enabled) return 'off';
  for (const rule of flag.rules) {
    const takes = rule.clauses.every((clause) => holds(clause, person));
    const isMember = rule.segment === undefined || segments[rule.segment]!.some((clause) => holds(clause, person));
    if (takes && isMember) return rule.split === undefined && rule.rollout === undefined ? rule.serve : undefined;
  }
  return flag.otherwise === undefined ? 'off' : undefined;
}
