import { readdirSync } from 'node:fs';
import path from 'node:path';
import { toOpenFeature } from '#libs/engine';
import { readJson, rulesetOf, type Suite } from './suites.js';

const NOW = Date.parse('2025-06-01T12:00:00Z');
const ownCases = readdirSync(path.join(import.meta.dirname, 'cases')).sort();
const files = ['vectors/evaluation.json', ...ownCases.map((name) => `cases/${name}`)];

describe.each(files)('%s', (file) => {
  const { suites } = readJson<{ suites: Suite[] }>(file);

  it.each(suites.map((suite) => [suite.title, suite] as const))('%s', (_title, suite) => {
    const ruleset = rulesetOf(suite);

    const answers = suite.cases.map(({ flag, context, now, expect: { value, ofrep } }) => {
      const evaluation = ruleset.evaluate(flag, context, now === undefined ? NOW : Date.parse(now));
      if (evaluation === undefined) return { variant: 'unknown', reason: 'unknown' };
      const { type: reason, ...details } = evaluation.reason;
      return {
        variant: evaluation.variant,
        reason,
        ...details,
        ...(value === undefined ? {} : { value: evaluation.value }),
        ...(ofrep === undefined
          ? {}
          : { ofrep: toOpenFeature(evaluation).errorCode ?? toOpenFeature(evaluation).reason }),
      };
    });

    expect(answers).toMatchObject(suite.cases.map((one) => one.expect));
  });
});
