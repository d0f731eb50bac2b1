import murmurhash from 'murmurhash';
import type { FlagDocument, Rule, RuleBody, Variant } from '#libs/contracts';
import { referenceAttribute, referenceConditions, type ReferenceScene } from './reference-conditions.js';

function percentageOf(body: Partial<RuleBody>, now: number): number | null {
  if (body.schedule === undefined || body.schedule === null) return body.percentage ?? null;
  const sorted = [...body.schedule.steps].sort((a, b) => Date.parse(a.start_at) - Date.parse(b.start_at));
  return sorted.findLast((step) => Date.parse(step.start_at) <= now)?.percentage ?? 0;
}

function bucketKey(value: unknown): string | undefined {
  if (typeof value === 'string' && value.length > 0) return value;
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 53
    ? BigInt(value).toString()
    : undefined;
}

/** Whether a body takes the context: `yes`, `yes by hash`, `no`, `no by hash`, or `no key` to hash. */
export function referenceAdmission(
  flag: FlagDocument,
  body: Partial<RuleBody>,
  scene: ReferenceScene,
  now: number,
): string {
  if (!referenceConditions(body.conditions, scene)) return 'no';
  const percentage = percentageOf(body, now);
  if (percentage === null || percentage === 100) return 'yes';
  if (percentage === 0) return 'no';
  const key = bucketKey(referenceAttribute(scene.context, body.bucket_by ?? 'user_id'));
  if (key === undefined) return 'no key';
  const hash = murmurhash.v3(`${flag.salt}.${key}`, 0);
  const thousandths = Math.round(percentage * 1_000);
  const [whole, fraction] = [(thousandths - (thousandths % 1_000)) / 1_000, thousandths % 1_000];
  const isIn = hash % 100 < whole || (hash % 100 === whole && Math.floor(hash / 100) % 1_000 < fraction);
  return isIn ? 'yes by hash' : 'no by hash';
}

/** The variant, or how OFREP calls a split that cannot be made. */
export function referenceServe(
  flag: FlagDocument,
  rule: Rule,
  body: Partial<RuleBody>,
  context: { readonly [name: string]: unknown },
): { variant: string; isByHash: boolean } | string {
  const others = flag.variants.filter(({ name }) => name !== flag.default_variant);
  if (rule.serve !== undefined && 'variant' in rule.serve) return { variant: rule.serve.variant, isByHash: false };
  if (rule.serve === undefined && others.length === 1) return { variant: others[0]!.name, isByHash: false };
  const weights = rule.serve === undefined ? flag.variants.map(weightOf) : rule.serve.split;
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return 'DEFAULT';
  const names = body.bucket_by === undefined ? ['user_id', 'org_id', 'session_id'] : [body.bucket_by];
  const key = names.map((name) => bucketKey(referenceAttribute(context, name))).find((value) => value !== undefined);
  if (key === undefined) return 'TARGETING_KEY_MISSING';
  let point = murmurhash.v3(`${flag.salt}.${key}.variant`, 0) % total;
  for (const { variant, weight } of weights) {
    if (point < weight) return { variant, isByHash: true };
    point -= weight;
  }
  throw new Error('unreachable: the point lies below the total');
}

const weightOf = ({ name, weight }: Variant): { variant: string; weight: number } => ({ variant: name, weight });
