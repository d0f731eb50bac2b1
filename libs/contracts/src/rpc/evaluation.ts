import type { Json } from '#libs/kernel';
import { defineRpc } from './define-rpc.js';

/** One flag's answer to somebody who may see everything. */
export interface EvaluationView {
  readonly flag_key: string;
  readonly variant: string;
  readonly value: Json;
  readonly reason: { readonly type: string; readonly [detail: string]: unknown };
  readonly version: number;
  /** With `explain`: the ordered steps that led there. */
  readonly trace?: readonly unknown[];
}
export interface EvaluateCommand {
  readonly environment: { readonly id: string; readonly name: string };
  readonly context: unknown;
  /** At most 500 keys; all live flags when absent. Unknown ones are left out. */
  readonly flags?: readonly string[];
  readonly explain?: boolean;
  /** Somebody tries it out: nothing is counted. */
  readonly dry_run?: boolean;
}
export interface EvaluateAnswer {
  readonly results: readonly EvaluationView[];
  readonly evaluated_at: string;
  /** `<epoch>.<platform>.<org>`. */
  readonly version: string;
}

export const evaluationRpc = {
  /** For the playground, the console and internal services; no exposure is counted. The organization is the origin's scope. */
  evaluate: defineRpc<EvaluateCommand, EvaluateAnswer>('evaluation.evaluate'),
} as const;
