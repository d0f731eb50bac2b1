import type { Json } from '#libs/kernel';
import type { Reason } from '../values/evaluation.js';

/** The result of one node of a condition tree. `actual` is absent when the context has no such value. */
export type ConditionTrace =
  | { readonly check: 'all' | 'any'; readonly result: boolean; readonly of: readonly ConditionTrace[] }
  | { readonly check: 'not'; readonly result: boolean; readonly of: ConditionTrace }
  | {
      readonly check: 'attribute';
      readonly result: boolean;
      readonly attribute: string;
      readonly operator: string;
      readonly expected?: Json;
      readonly actual?: Json;
    }
  | {
      readonly check: 'geo';
      readonly result: boolean;
      readonly geo: string;
      readonly operator: string;
      readonly expected: Json;
      readonly actual?: Json;
    }
  | { readonly check: 'environment'; readonly result: boolean; readonly expected: Json; readonly actual: string }
  | SegmentTrace
  | { readonly check: 'unknown'; readonly result: boolean };

export interface SegmentTrace {
  readonly check: 'segment';
  readonly result: boolean;
  readonly segment: string;
  readonly operator: string;
  readonly member: boolean | null;
  /** `seen_above`: an earlier step of the same trace explains this segment. */
  readonly because: 'excluded' | 'included' | 'conditions' | 'missing_or_cyclic' | 'seen_above';
  readonly version?: number;
  readonly conditions?: ConditionTrace;
}

export interface PercentageTrace {
  readonly check: 'percentage';
  readonly result: 'everyone' | 'nobody' | 'admitted' | 'turned_away' | 'no_bucket_key';
  readonly percentage: number;
  /** With a schedule, the step in force. `null` before the first step. */
  readonly step?: { readonly start_at: string } | null;
  readonly bucket_by?: string;
  readonly hash_input?: string;
  readonly hash?: number;
  /** `hash mod 100` and `floor(hash / 100) mod 1000`. Admitted when below the threshold, compared part by part. */
  readonly bucket?: readonly [whole: number, thousandths: number];
  readonly threshold?: readonly [whole: number, thousandths: number];
}

export interface VariantTrace {
  readonly check: 'variant';
  /** The variant served. `null` when the weights are all 0 or the bucket key value is absent. */
  readonly result: string | null;
  readonly by: 'serve' | 'only_other_variant' | 'split';
  readonly hash_input?: string;
  readonly hash?: number;
  readonly bucket?: number;
  readonly weights?: readonly { readonly variant: string; readonly weight: number }[];
}

export interface RuleTrace {
  readonly check: 'rule';
  readonly result: 'admitted' | 'not_admitted' | 'unknown_strategy';
  readonly rule_id: string;
  readonly strategy_id?: string;
  readonly strategy_version?: number;
  readonly conditions?: ConditionTrace;
  readonly percentage?: PercentageTrace;
  readonly variant?: VariantTrace;
}

export type TraceStep =
  | {
      readonly check: 'flag';
      readonly result: 'live' | 'archived' | 'invalid';
      readonly flag_key: string;
      readonly scope: 'platform' | 'organization';
      readonly version: number;
      readonly default_variant: string;
    }
  | {
      readonly check: 'config';
      readonly result: 'enabled' | 'disabled' | 'absent';
      readonly environment: string;
      readonly version: number;
    }
  | {
      readonly check: 'kill_switch';
      readonly result: 'active' | 'none';
      readonly kill_switch_id?: string;
      readonly key?: string;
      readonly scope?: 'platform' | 'organization';
    }
  | {
      readonly check: 'prerequisite';
      readonly result: 'met' | 'unmet';
      readonly flag_key: string;
      readonly required_variant: string;
      readonly actual?: { readonly variant: string; readonly reason: Reason };
      /** The trace of the flag that it names. Absent when an earlier step of this trace explains or is explaining that flag. */
      readonly trace?: Trace;
    }
  | { readonly check: 'cycle'; readonly result: 'found' }
  | {
      readonly check: 'target';
      readonly result: 'listed' | 'not_listed';
      readonly user_id?: string;
      readonly variant?: string;
    }
  | RuleTrace
  | { readonly check: 'outcome'; readonly result: string; readonly reason: Reason };

/** The checks of one evaluation in order, up to the one that decided. */
export type Trace = readonly TraceStep[];
