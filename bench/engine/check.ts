import type { Contender } from './contender.js';
import { expectedVariant, KEYS, people, type WorkloadFlag } from './workload.js';

/** How many of 100 people the rollout of 20 % may take: engines hash differently. */
const ROLLOUT = { least: 14, most: 26 } as const;
const BULK_PEOPLE = 64;

/** Every answer that no hash decides must be that of the reference; what hashes decide must be near its percentage. */
export async function check(contender: Contender, flags: readonly WorkloadFlag[]): Promise<void> {
  const named = Object.values(KEYS);
  for (const flag of flags.filter(({ key }) => named.includes(key))) await checkFlag(contender, flag);
  for (const person of people.slice(0, BULK_PEOPLE)) {
    const variants = contender.variantsOf(await contender.evaluateAll(contender.context(person)));
    for (const flag of flags) compare(flag, expectedVariant(flag, person), variants[flag.key] ?? 'off');
  }
}

async function checkFlag(contender: Contender, flag: WorkloadFlag): Promise<void> {
  const evaluate = contender.evaluatorOf(flag);
  let admitted = 0;
  for (const person of people) {
    const variant = contender.variantOf(await evaluate(contender.context(person)));
    compare(flag, expectedVariant(flag, person), variant);
    if (variant === 'on') admitted++;
  }
  const share = (100 * admitted) / people.length;
  if (flag.key === KEYS.rollout && (share < ROLLOUT.least || share > ROLLOUT.most))
    throw new Error(`The rollout of 20 % admits ${share.toFixed(1)} %`);
}

function compare({ key, variants }: WorkloadFlag, expected: string | undefined, actual: string): void {
  const isRight = expected === undefined ? variants.includes(actual) : actual === expected;
  if (!isRight) throw new Error(`${key} gave ${actual} instead of ${expected ?? variants.join(' or ')}`);
}
