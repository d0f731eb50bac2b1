import type { FlagType } from '#libs/contracts';
import type { Json, JsonObject } from '#libs/kernel';

/** Whom a flag is evaluated for. Everything is optional; what is absent matches nothing. */
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

/** What native evaluation sends. */
export interface EvaluationResult {
  readonly flag_key: string;
  readonly variant: string;
  readonly value: Json;
  readonly reason: Reason;
  readonly version: number;
}

/**
 * One outcome of one flag in one environment, made when the flag is compiled and handed out again and again: frozen, and
 * the same object for the same outcome, so that callers may key caches (serialised bodies, counters) by it.
 */
export interface Evaluation extends EvaluationResult {
  /** The flag's version plus that of its config in this environment: changes whenever either does. */
  readonly version: number;
  readonly flagVersion: number;
  readonly type: FlagType;
  readonly exposureTracking: boolean;
  /** A hash decided: a percentage between 0 and 100, or a split. */
  readonly split: boolean;
  /** A hash was to decide, its bucket key value is absent, and nothing else admitted. */
  readonly bucketKeyMissing: boolean;
  /** Enabled, without rules and targets: every context gets this. */
  readonly isStatic: boolean;
  /** An active kill switch names the flag, whatever the reason says (a disabled flag says `disabled`). */
  readonly killed: boolean;
}
