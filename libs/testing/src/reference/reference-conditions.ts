import { BlockList, isIP } from 'node:net';
import { RE2JS } from 're2js';
import semver from 'semver';
import type { Condition, RulesetDocument, SegmentDocument } from '#libs/contracts';

type Loose = { readonly [name: string]: unknown };

/** What a condition is judged in. `resolve` names the documents that references mean, the platform's first. */
export interface ReferenceScene {
  readonly context: Loose;
  readonly environmentName: string;
  readonly segment: (key: string) => { readonly document: SegmentDocument; readonly scene: ReferenceScene } | undefined;
}

const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function deepEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => deepEqual(x, b[i]));
  if (isRecord(a) && isRecord(b)) {
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return false;
    return names.every((name) => Object.keys(b).includes(name) && deepEqual(a[name], b[name]));
  }
  return a === b;
}

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => [...text].map((character) => character.codePointAt(0)!));
  for (let i = 0; i < Math.min(left!.length, right!.length); i++) {
    if (left![i] !== right![i]) return left![i]! - right![i]!;
  }
  return left!.length - right!.length;
}

function compare(actual: unknown, expected: unknown): number {
  if (typeof actual === 'number' && typeof expected === 'number') return actual - expected;
  if (typeof actual === 'string' && typeof expected === 'string') return compareCodePoints(actual, expected);
  return Number.NaN;
}

/** Unix milliseconds, or NaN, which compares with nothing. */
function instant(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(value);
  return isDate || isTime ? Date.parse(value) : Number.NaN;
}

function inCidr(actual: unknown, expected: unknown): boolean {
  if (typeof actual !== 'string' || typeof expected !== 'string' || isIP(actual) === 0) return false;
  const [network, prefix] = expected.split('/');
  if (network === undefined || prefix === undefined || isIP(network) !== isIP(actual)) return false;
  const list = new BlockList();
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(prefix), family);
  return list.check(actual, family);
}

const versions = (actual: unknown, expected: unknown): number => {
  const a = typeof actual === 'string' ? semver.parse(actual) : null;
  const b = typeof expected === 'string' ? semver.parse(expected) : null;
  return a === null || b === null ? Number.NaN : semver.compare(a, b);
};

/** An attribute that is there against an operator. */
export function referenceOperator(operator: string, actual: unknown, expected: unknown): boolean {
  const texts = typeof actual === 'string' && typeof expected === 'string';
  switch (operator) {
    case 'equals': return deepEqual(actual, expected);
    case 'not_equals': return !deepEqual(actual, expected);
    case 'contains':
      return Array.isArray(actual) ? actual.some((item) => deepEqual(item, expected)) : texts && actual.indexOf(expected) >= 0;
    case 'not_contains':
      return Array.isArray(actual) ? !actual.some((item) => deepEqual(item, expected)) : texts && actual.indexOf(expected) < 0;
    case 'starts_with': return texts && actual.slice(0, expected.length) === expected;
    case 'ends_with': return texts && (expected === '' || actual.slice(-expected.length) === expected);
    case 'matches': return texts && actual.length <= 1_024 && RE2JS.compile(expected).matcher(actual).find();
    case 'greater_than': return compare(actual, expected) > 0;
    case 'greater_than_or_equals': return compare(actual, expected) >= 0;
    case 'less_than': return compare(actual, expected) < 0;
    case 'less_than_or_equals': return compare(actual, expected) <= 0;
    case 'before': return instant(actual) < instant(expected);
    case 'after': return instant(actual) > instant(expected);
    case 'in': return Array.isArray(expected) && expected.some((item) => deepEqual(item, actual));
    case 'not_in': return Array.isArray(expected) && !expected.some((item) => deepEqual(item, actual));
    case 'exists': return true;
    case 'semver_eq': return versions(actual, expected) === 0;
    case 'semver_gt': return versions(actual, expected) > 0;
    case 'semver_gte': return versions(actual, expected) >= 0;
    case 'semver_lt': return versions(actual, expected) < 0;
    case 'semver_lte': return versions(actual, expected) <= 0;
    case 'semver_in_range': return texts && semver.satisfies(actual, expected);
    case 'ip_in_cidr': return inCidr(actual, expected);
    default: return false;
  }
} // prettier-ignore

/** The attribute of a context by name; `undefined` when absent. */
export function referenceAttribute(context: Loose, name: string): unknown {
  if (name === 'user_id' || name === 'org_id' || name === 'session_id') return context[name];
  const attributes = context['attributes'];
  if (!isRecord(attributes)) return undefined;
  if (Object.keys(attributes).includes(name)) return attributes[name];
  return name
    .split('.')
    .reduce<unknown>((at, step) => (isRecord(at) && Object.keys(at).includes(step) ? at[step] : undefined), attributes);
}

export function referenceConditions(tree: Condition | undefined, scene: ReferenceScene): boolean {
  if (tree === undefined) return true;
  if (Array.isArray(tree)) return tree.every((child: Condition) => referenceConditions(child, scene));
  if ('all' in tree) return tree.all.every((child) => referenceConditions(child, scene));
  if ('any' in tree) return tree.any.some((child) => referenceConditions(child, scene));
  if ('not' in tree) return !referenceConditions(tree.not, scene);
  if ('attribute' in tree) {
    const actual = referenceAttribute(scene.context, tree.attribute);
    if (tree.operator === 'not_exists') return actual === undefined;
    return actual !== undefined && referenceOperator(tree.operator, actual, tree.value);
  }
  if ('geo' in tree) {
    const geo = scene.context['geo'];
    const actual = isRecord(geo) ? geo[tree.geo] : undefined;
    if (typeof actual !== 'string') return false;
    const isListed = tree.values.some((value) => value.toLowerCase() === actual.toLowerCase());
    return tree.operator === 'in' ? isListed : !isListed;
  }
  if ('environment' in tree) return tree.environment.includes(scene.environmentName);
  if (!('segment' in tree)) return false;
  const member = referenceMember(tree.segment, scene);
  if (member === undefined) return false;
  return tree.operator === 'in' ? member : !member;
}

/** `undefined` for a segment that does not exist or uses itself. */
function referenceMember(key: string, scene: ReferenceScene): boolean | undefined {
  const found = scene.segment(key);
  if (found === undefined || reaches(found.document, found.document, found.scene, [])) return undefined;
  const userId = scene.context['user_id'];
  if (found.document.excluded.some((id) => id === userId)) return false;
  if (found.document.included.some((id) => id === userId)) return true;
  return referenceConditions(found.document.conditions, found.scene);
}

function reaches(from: SegmentDocument, to: SegmentDocument, scene: ReferenceScene, seen: RulesetDocument[]): boolean {
  return segmentKeys(from.conditions).some((key) => {
    const next = scene.segment(key);
    if (next === undefined || seen.includes(next.document)) return false;
    return next.document === to || reaches(next.document, to, next.scene, [...seen, next.document]);
  });
}

function segmentKeys(tree: Condition): string[] {
  if (Array.isArray(tree)) return tree.flatMap(segmentKeys);
  if ('all' in tree) return tree.all.flatMap(segmentKeys);
  if ('any' in tree) return tree.any.flatMap(segmentKeys);
  if ('not' in tree) return segmentKeys(tree.not);
  return 'segment' in tree ? [tree.segment] : [];
}
