import { atMost, type Row } from '../report.js';
import { quantile } from '../statistics.js';
import type { Shop } from './shop.js';
import { PEOPLE, type Workload } from './workload.js';

const ASKS = 50;
const MAX_PAGE_MS = 30;
const MAX_COUNT_MS = 100;
const LIMIT = 50;

interface Question {
  readonly metric: string;
  /** Of the n-th time. */
  readonly query: (n: number) => string;
  /** Events on the first page, or counted. */
  readonly answer: number;
  readonly isCount?: true;
}
interface Listed {
  readonly data: readonly unknown[];
}

/** The same questions again and again, in turn, over HTTP; every answer is checked. */
export async function questionRows(shop: Shop, workload: Workload): Promise<readonly Row[]> {
  const questions = questionsOf(workload);
  const times = questions.map((): number[] => []);
  for (let n = -2; n < ASKS; n += 1) {
    for (const [index, question] of questions.entries()) {
      const took = await askOnce(shop, question, n + 2);
      if (n >= 0) times[index]!.push(took);
    }
  }
  return questions.map((question, index) => rowOf(question, times[index]!));
}

function questionsOf({ total, expected, range }: Workload): readonly Question[] {
  const between = new URLSearchParams({ ...range }).toString();
  const perPerson = Math.min(LIMIT, total / PEOPLE);
  const pages: Question[] = [
    { metric: 'first page', query: () => '', answer: LIMIT },
    { metric: 'first page by name', query: (n) => `event_name=name_${n % 10}`, answer: LIMIT },
    { metric: 'first page by distinct id', query: (n) => `distinct_id=user-${n * 31}`, answer: perPerson },
    { metric: 'first page by name and property', query: () => 'event_name=name_3&properties[plan]=pro', answer: LIMIT },
    { metric: 'first page of a time', query: () => between, answer: LIMIT },
    { metric: 'first page by property', query: () => 'properties[plan]=pro', answer: LIMIT },
    { metric: 'first page by a rare property', query: () => 'properties[coupon]=rare', answer: expected.coupon },
  ];
  const counts: Question[] = [
    { metric: 'count of all', query: () => '', answer: total },
    { metric: 'count of a time', query: () => between, answer: expected.range },
    { metric: 'count by name', query: () => 'event_name=name_3', answer: expected.name },
    { metric: 'count by distinct id', query: (n) => `distinct_id=user-${n * 31}`, answer: total / PEOPLE },
    {
      metric: 'count by name and property',
      query: () => 'event_name=name_3&properties[plan]=pro',
      answer: expected.nameAndPro,
    },
    { metric: 'count by property', query: () => 'properties[plan]=pro', answer: expected.pro },
    { metric: 'count by a rare property', query: () => 'properties[coupon]=rare', answer: expected.coupon },
  ];
  return [...pages, ...counts.map((one) => ({ ...one, isCount: true }) as const)];
}

/** Milliseconds. @throws when the answer is another */
async function askOnce(shop: Shop, { metric, query, answer, isCount }: Question, n: number): Promise<number> {
  const begin = performance.now();
  const got = isCount
    ? (await shop.ask<{ count: number }>(`events/count?${query(n)}`)).count
    : (await shop.ask<Listed>(`events?limit=${LIMIT}&${query(n)}`)).data.length;
  const took = performance.now() - begin;
  if (got !== answer) throw new Error(`${metric}: ${got} instead of ${answer}`);
  return took;
}

function rowOf({ metric, isCount }: Question, times: readonly number[]): Row {
  const p95 = quantile(times, 0.95);
  return {
    metric: `${metric}, p95`,
    unit: 'ms',
    ours: p95,
    bar: atMost(isCount ? MAX_COUNT_MS : MAX_PAGE_MS, p95, 'ms'),
    spread: [Math.min(...times), Math.max(...times)],
  };
}
