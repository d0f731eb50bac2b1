import type { FlagMetadata, FlagType } from '#libs/contracts';
import type { Json, JsonObject } from '#libs/kernel';

/** The input of an evaluation. Every field is optional; conditions on absent fields do not match. */
export interface EvaluationContext {
  readonly user_id?: string;
  readonly org_id?: string;
  readonly session_id?: string;
  readonly attributes?: JsonObject;
  readonly geo?: { readonly country?: string; readonly region?: string; readonly city?: string };
}

export type Reason =
  | { readonly type: 'disabled' | 'target' | 'default' }
  | {
      readonly type: 'kill_switch';
      readonly kill_switch_id: string;
      readonly key: string;
      readonly scope: 'platform' | 'organization';
    }
  | { readonly type: 'prerequisite'; readonly missing: string }
  | { readonly type: 'strategy'; readonly rule_id: string; readonly strategy_id?: string }
  | { readonly type: 'error'; readonly code: 'archived' | 'invalid_flag'; readonly message: string };

/**
 * One outcome of one flag in one environment. Created once, frozen, and returned for every evaluation with this outcome,
 * so that callers may use the object as a cache key (serialised bodies, counters). The fields in snake_case are those of
 * the HTTP answer.
 */
export interface Evaluation {
  readonly flag_key: string;
  readonly variant: string;
  readonly value: Json;
  readonly reason: Reason;
  /** The flag's version plus the version of its config in this environment: changes whenever either does. */
  readonly version: number;
  readonly flagVersion: number;
  readonly type: FlagType;
  readonly exposureTracking: boolean;
  /** The flag's own. */
  readonly metadata: FlagMetadata;
  /** The outcome depended on a hash: a percentage between 0 and 100, or a split. */
  readonly split: boolean;
  /** No rule admitted the context, and at least one could not hash it because its bucket key value is absent. */
  readonly bucketKeyMissing: boolean;
  /** The flag is enabled and has no rules and no targets: every context gets this outcome. */
  readonly isStatic: boolean;
  /** An active kill switch names the flag. The reason can still be another one: `disabled` for a disabled flag. */
  readonly killed: boolean;
}
