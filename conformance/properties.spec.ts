import fc from 'fast-check';
import { refOf, type RulesetDocument } from '#libs/contracts';
import { Ruleset, ScopeRuleset, toOpenFeature, type Evaluation, type EvaluationContext } from '#libs/engine';
import { generators, referenceEvaluate, referenceFlagKeys } from '#libs/testing';
import { deriveFromTrace } from './trace-checker.js';

const { ENVIRONMENT, NOON, ORGANIZATION_CONFIGS, PLATFORM_CONFIGS, contexts, instants } = generators;

/**
 * Rulesets of the main property, each with three or four contexts: 24,000 cases or more by default, of six flags each. The
 * other properties run a fraction of that number.
 */
const RUNS = Number(process.env['LOOM_FC_RUNS'] ?? 8_000);
const share = (part: number): { numRuns: number } => ({ numRuns: Math.max(1, Math.round(RUNS * part)) });

const FLAG_KEYS = ['f.a', 'f.b', 'f.c', 'f.d', 'f.e', 'f.none'];
const platformDocuments = generators.scopeDocuments(PLATFORM_CONFIGS, 6);
const organizationDocuments = generators.scopeDocuments(ORGANIZATION_CONFIGS);

function scopeOf(documents: readonly RulesetDocument[]): ScopeRuleset {
  const scope = new ScopeRuleset();
  scope.apply(documents.map((document) => ({ ref: refOf(document), document })));
  return scope;
}

const rulesetOf = (platform: readonly RulesetDocument[], organization: readonly RulesetDocument[]): Ruleset =>
  new Ruleset(scopeOf(platform), scopeOf(organization), ENVIRONMENT);

const mapValues = <T, R>(record: { [key: string]: T }, map: (value: T) => R): { [key: string]: R } =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

function answerOf(evaluation: Evaluation): object {
  const { variant, value, version } = evaluation;
  const { message: _, ...reason } = { message: '', ...evaluation.reason };
  const { errorCode, reason: openFeatureReason } = toOpenFeature(evaluation);
  return { variant, value, version, reason, ofrep: errorCode ?? openFeatureReason };
}

describe('the engine', () => {
  it('returns what the reference evaluator returns, for one flag and for all flags', () => {
    const cases = fc.array(fc.tuple(contexts, instants), { minLength: 3, maxLength: 4 });
    fc.assert(
      fc.property(platformDocuments, organizationDocuments, cases, (platform, organization, list) => {
        const ruleset = rulesetOf(platform, organization);
        for (const [context, now] of list) {
          const world = { platform, organization, environment: ENVIRONMENT, context, now };
          const expected = Object.fromEntries(FLAG_KEYS.map((key) => [key, referenceEvaluate(world, key)]));

          const single = Object.fromEntries(FLAG_KEYS.map((key) => [key, ruleset.evaluate(key, context, now)]));
          const bulk = ruleset.evaluateAll(context, now);

          expect(mapValues(single, (evaluation) => evaluation && answerOf(evaluation))).toEqual(expected);
          expect(bulk).toEqual(referenceFlagKeys(world).map((key) => single[key]));
        }
      }),
      share(1),
    );
  });

  it('explains with traces from which the outcome can be derived', () => {
    fc.assert(
      fc.property(
        platformDocuments,
        organizationDocuments,
        contexts,
        instants,
        (platform, organization, context, now) => {
          const ruleset = rulesetOf(platform, organization);
          for (const key of ruleset.flagKeys()) {
            const { evaluation, trace } = ruleset.explain(key, context, now)!;

            const derived = deriveFromTrace(JSON.parse(JSON.stringify(trace)) as typeof trace);

            expect(derived.variant).toBe(evaluation.variant);
            expect(evaluation.reason).toMatchObject(derived.reason);
            expect(evaluation).toBe(ruleset.evaluate(key, context, now));
            expect(trace.at(-1)).toEqual({ check: 'outcome', result: evaluation.variant, reason: evaluation.reason });
          }
        },
      ),
      share(0.25),
    );
  });

  it('returns the same after changes as a newly compiled ruleset', () => {
    const step = fc.tuple(
      generators.scopeChanges(PLATFORM_CONFIGS, 2),
      generators.scopeChanges(ORGANIZATION_CONFIGS, 3),
      contexts,
    );
    fc.assert(
      fc.property(platformDocuments, organizationDocuments, fc.array(step, { maxLength: 4 }), (above, own, steps) => {
        const [platform, organization] = [scopeOf(above), scopeOf(own)];
        const updated = new Ruleset(platform, organization, ENVIRONMENT);
        updated.evaluateAll({}, NOON);
        for (const [platformChanges, organizationChanges, context] of steps) {
          platform.apply(platformChanges);
          organization.apply(organizationChanges);

          const fresh = rulesetOf([...platform.all()], [...organization.all()]);

          expect(updated.evaluateAll(context, NOON)).toEqual(fresh.evaluateAll(context, NOON));
          expect(updated.flagKeys()).toEqual(fresh.flagKeys());
          expect(updated.stepInForce(NOON)).toBe(fresh.stepInForce(NOON));
          expect(updated.nextStepAt(NOON)).toBe(fresh.nextStepAt(NOON));
        }
      }),
      share(0.15),
    );
  });

  it('returns the same for documents that were serialised and parsed', () => {
    fc.assert(
      fc.property(platformDocuments, organizationDocuments, contexts, (platform, organization, context) => {
        const copies = JSON.parse(JSON.stringify([platform, organization])) as [RulesetDocument[], RulesetDocument[]];

        const evaluations = rulesetOf(...copies).evaluateAll(context, NOON);

        expect(evaluations).toEqual(rulesetOf(platform, organization).evaluateAll(context, NOON));
      }),
      share(0.15),
    );
  });

  it('returns the same after a scope was replaced in place as with a new scope', () => {
    fc.assert(
      fc.property(organizationDocuments, organizationDocuments, contexts, (before, after, context) => {
        const scope = scopeOf(before);
        const updated = new Ruleset(new ScopeRuleset(), scope, ENVIRONMENT);
        updated.evaluateAll(context, NOON);

        scope.replace(new Map(after.map((document) => [refOf(document), document])));

        expect(updated.evaluateAll(context, NOON)).toEqual(rulesetOf([], after).evaluateAll(context, NOON));
      }),
      share(0.1),
    );
  });

  it('keeps every admitted user when a percentage is raised', () => {
    const milli = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(milli, milli, fc.string({ minLength: 1 }), (a, b, user) => {
        const isAdmitted = (thousandths: number): boolean => admitsAt(thousandths / 1_000, user);

        const [low, high] = [Math.min(a, b), Math.max(a, b)];

        expect(!isAdmitted(low) || isAdmitted(high)).toBe(true);
      }),
      share(1),
    );
  });

  it('never throws, whatever the documents and the context contain', () => {
    const evil = fc.oneof(
      fc.anything({ maxDepth: 4 }),
      fc.constantFrom<unknown>(null, deep(5_000), 1e308, 'x'.repeat(200_000)),
    );
    const damage = fc.tuple(fc.constantFrom(...PARTS), evil);
    fc.assert(
      fc.property(
        organizationDocuments,
        fc.array(damage, { maxLength: 3 }),
        contexts,
        evil,
        (documents, damages, context, any) => {
          const broken = documents.map((document) => Object.assign({}, document, Object.fromEntries(damages)));
          const scope = scopeOf(documents);
          scope.apply(broken.map((document, i) => ({ ref: refOf(documents[i]!), document })));
          scope.apply([{ ref: 'flag:f.evil', document: any as RulesetDocument }]);
          const ruleset = new Ruleset(new ScopeRuleset(), scope, ENVIRONMENT);

          for (const input of [context, any, { ...context, attributes: any, geo: any, user_id: any }]) {
            for (const evaluation of ruleset.evaluateAll(input as EvaluationContext, NOON)) {
              expect(evaluation.flag_key).toBeDefined();
              expect(toOpenFeature(evaluation).reason).toBeDefined();
              expect(ruleset.explain(evaluation.flag_key, input as EvaluationContext, NOON)).toBeDefined();
            }
          }
          expect(ruleset.stepInForce(NOON)).toEqual(expect.any(String));
        },
      ),
      share(0.05),
    );
  });

  it('evaluates all other flags when one flag is broken', () => {
    const damage = fc.tuple(fc.constantFrom(...PARTS), fc.anything({ maxDepth: 2 }));
    fc.assert(
      fc.property(organizationDocuments, damage, contexts, (documents, [part, evil], context) => {
        const others = documents.filter((document) => refOf(document) !== 'flag:f.e' && !usesFlag(document, 'f.e'));
        const broken = { kind: 'flag', key: 'f.e', [part]: evil } as unknown as RulesetDocument;

        const evaluations = rulesetOf([], [...others, broken]).evaluateAll(context, NOON);

        const unbroken = evaluations.filter(({ flag_key }) => flag_key !== 'f.e');
        expect(unbroken).toEqual(rulesetOf([], others).evaluateAll(context, NOON));
      }),
      share(0.1),
    );
  });
});

const PARTS = [
  'type', 'variants', 'default_variant', 'prerequisites', 'salt', 'configs', 'included', 'excluded', 'conditions', 'percentage',
  'schedule', 'bucket_by', 'linked_flag_keys', 'is_active', 'id', 'version', 'archived',
]; // prettier-ignore

const usesFlag = (document: RulesetDocument, key: string): boolean =>
  document.kind === 'flag' && document.prerequisites.some((needed) => needed.flag_key === key);

function deep(levels: number): unknown {
  let tree: unknown = { attribute: 'plan', operator: 'exists' };
  for (let i = 0; i < levels; i++) tree = i % 2 === 0 ? { not: tree } : [tree];
  return tree;
}

function admitsAt(percentage: number, user: string): boolean {
  const flag = {
    kind: 'flag', id: 'id', key: 'f.a', type: 'boolean', default_variant: 'off', prerequisites: [], salt: 'f.a',
    exposure_tracking: true, archived: false, version: 1,
    variants: [{ name: 'off', value: false, weight: 1 }, { name: 'on', value: true, weight: 1 }],
    configs: { [ENVIRONMENT.id]: { enabled: true, targets: {}, rules: [{ id: 'r', conditions: [], percentage }], version: 1 } },
  } as const; // prettier-ignore
  return rulesetOf([], [flag]).evaluate('f.a', { user_id: user }, NOON)!.variant === 'on';
}
