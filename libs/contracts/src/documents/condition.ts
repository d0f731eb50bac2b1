import type { Json } from '#libs/kernel';

export const OPERATORS = [
  'equals', 'not_equals', 'contains', 'not_contains', 'starts_with', 'ends_with', 'matches', 'greater_than',
  'greater_than_or_equals', 'less_than', 'less_than_or_equals', 'before', 'after', 'in', 'not_in', 'exists', 'not_exists',
  'semver_eq', 'semver_gt', 'semver_gte', 'semver_lt', 'semver_lte', 'semver_in_range', 'ip_in_cidr',
] as const; // prettier-ignore
export type Operator = (typeof OPERATORS)[number];

interface AttributeCondition {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value?: Json;
}
interface GeoCondition {
  readonly geo: 'country' | 'region' | 'city';
  readonly operator: 'in' | 'not_in';
  readonly values: readonly string[];
}
interface EnvironmentCondition {
  readonly environment: readonly string[];
}
interface SegmentCondition {
  readonly segment: string;
  readonly operator: 'in' | 'not_in';
}
export type Leaf = AttributeCondition | GeoCondition | EnvironmentCondition | SegmentCondition;

/** A tree of conditions. A list means `all`; an empty list matches every context. */
export type Condition =
  | Leaf
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | readonly Condition[];

interface ScheduleStep {
  readonly percentage: number;
  /** RFC 3339. */
  readonly start_at: string;
}
export interface Schedule {
  readonly steps: readonly ScheduleStep[];
}
