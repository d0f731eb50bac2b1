import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { raisedRatios, RATIOS_FILE } from './code/test-ratio.js';
import type { House } from './house.js';
import { measures } from './measure/measures.js';
import { readHouse } from './read-house.js';
import { noteLines, reportLines, type Finding } from './report.js';
import { rules } from './rules.js';

export interface Outcome {
  readonly code: 0 | 1;
  readonly lines: readonly string[];
}

/** Carries out `main.js [--root <dir>] [--strict] [--all] [--rule <name>] [--measure] [--raise]`. */
export function houseCommand(args: readonly string[]): Outcome {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const root = values.root ?? '.';
  const house = readHouse(root);
  if (values.measure) return { code: 0, lines: measures(house) };
  if (values.raise) return raise(root, house);
  return check(house, values);
}

const OPTIONS = {
  root: { type: 'string' },
  strict: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  rule: { type: 'string' },
  measure: { type: 'boolean', default: false },
  raise: { type: 'boolean', default: false },
} as const;

interface Choice {
  readonly strict: boolean;
  readonly all: boolean;
  readonly rule?: string | undefined;
}

function check(house: House, { strict, all, rule: wanted }: Choice): Outcome {
  const chosen = rules.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0) return { code: 1, lines: [`There is no rule ${wanted}.`] };
  const findings = chosen.map((rule): Finding => ({ rule, violations: rule.check(house) }));
  const isRed = findings.some(({ rule, violations }) => violations.length > 0 && (strict || rule.severity === 'error'));
  const notes = wanted === undefined ? noteLines(house) : [];
  return { code: isRed ? 1 : 0, lines: [...notes, ...reportLines(findings, strict, all || wanted !== undefined)] };
}

function raise(root: string, house: House): Outcome {
  const text = `${JSON.stringify(raisedRatios(house), null, 2)}\n`;
  if (text === house.files.get(RATIOS_FILE)) return { code: 0, lines: [] };
  writeFileSync(join(root, RATIOS_FILE), text);
  return { code: 0, lines: [`Wrote ${RATIOS_FILE}.`] };
}
