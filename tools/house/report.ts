import { lengthsOf } from './code/function-length.js';
import { overallRatio, ratiosOf } from './code/test-ratio.js';
import type { House, Violation } from './house.js';
import type { Rule } from './rules.js';

/** What one rule found. */
export interface Finding {
  readonly rule: Rule;
  readonly violations: readonly Violation[];
}

/** How many violations a warning shows; an error shows all. */
const SHOWN = 2;

export function reportLines(findings: readonly Finding[], isStrict: boolean, isFull: boolean): readonly string[] {
  return findings
    .filter(({ violations }) => violations.length > 0)
    .flatMap(({ rule, violations }) => {
      const isError = isStrict || rule.severity === 'error';
      return isError || isFull ? inFull(rule, violations, isError) : [inShort(rule, violations)];
    });
}

/** The figures that `npm run check` shows also when all is in order. */
export function noteLines(house: House): readonly string[] {
  const { count, median, p90, longest } = lengthsOf(house);
  const parts = Object.entries(ratiosOf(house)).map(
    ([part, ratio]) => `${part.replace(/^(apps|libs)\//, '')} ${ratio}`,
  );
  return [
    `note test ÷ source ${overallRatio(house)}: ${parts.join(', ')}`,
    `note ${count} functions: median ${median} lines, 90th percentile ${p90}, longest ${longest?.lines ?? 0}`,
  ];
}

function inShort({ name }: Rule, violations: readonly Violation[]): string {
  const shown = violations.slice(0, SHOWN).map(lineOf).join('; ');
  return `warn ${name} ${violations.length} (${shown}${violations.length > SHOWN ? '; …' : ''})`;
}

function inFull({ name }: Rule, violations: readonly Violation[], isError: boolean): readonly string[] {
  return [`${isError ? 'error' : 'warn'} ${name} ${violations.length}`, ...violations.map((one) => `  ${lineOf(one)}`)];
}

function lineOf({ path, line, message }: Violation): string {
  return `${path}${line === undefined ? '' : `:${line}`} ${message}`;
}
