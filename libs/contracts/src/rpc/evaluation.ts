import type { Json } from '#libs/kernel';
import { defineRpc } from './define-rpc.js';

/** Evaluation of one flag with all details, for callers that may read rules. */
export interface EvaluationView {
  readonly flag_key: string;
  readonly variant: string;
  readonly value: Json;
  readonly reason: { readonly type: string; readonly [detail: string]: unknown };
  readonly version: number;
  /** With `explain`: the steps of the evaluation, in order. */
  readonly trace?: readonly unknown[];
}
export interface EvaluateCommand {
  readonly environment: { readonly id: string; readonly name: string };
  readonly context: unknown;
  /** At most 500 flag keys; unknown ones are left out. Default: all flags that are not archived. */
  readonly flags?: readonly string[];
  readonly explain?: boolean;
  /** Default: false. When true, the evaluation is not counted. */
  readonly dry_run?: boolean;
}
export interface EvaluateAnswer {
  readonly results: readonly EvaluationView[];
  readonly evaluated_at: string;
  /** `<epoch>.<platform>.<org>`. */
  readonly version: string;
}

export const evaluationRpc = {
  /** For the playground, the console and internal services; records no exposures. The organization is the origin's scope. */
  evaluate: defineRpc<EvaluateCommand, EvaluateAnswer>('evaluation.evaluate'),
} as const;
