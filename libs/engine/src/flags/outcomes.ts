import type { FlagMetadata, FlagType } from '#libs/contracts';
import type { Outcome } from '../documents/stored-variant.js';
import type { Evaluation, Reason } from '../values/evaluation.js';

/** What all outcomes of one flag in one environment have in common. */
export interface OutcomeBase {
  readonly key: string;
  readonly type: FlagType;
  readonly version: number;
  readonly configVersion: number;
  readonly exposureTracking: boolean;
  readonly metadata: FlagMetadata;
}
/** The boolean field of an outcome that is true. `undefined`: none. */
type Mark = 'split' | 'bucketKeyMissing' | 'isStatic' | 'killed' | undefined;

const DEFAULT: Reason = Object.freeze({ type: 'default' });
const DISABLED: Reason = Object.freeze({ type: 'disabled' });
const TARGET: Reason = Object.freeze({ type: 'target' });

/**
 * What a rule returns when it does not admit a context. For the only rule of a flag these are the flag's outcomes; for one
 * of several they are codes, and the next rule is evaluated.
 */
export interface NoMatchReasons<NoMatch> {
  readonly notAdmitted: NoMatch;
  readonly notInRollout: NoMatch;
  readonly noBucketKey: NoMatch;
}

/** Creates the outcomes of one flag in one environment, each one once, frozen. */
export class Outcomes implements NoMatchReasons<Evaluation> {
  private noBucketKeyOutcome: Evaluation | undefined;
  private notInRolloutOutcome: Evaluation | undefined;
  private notAdmittedOutcome: Evaluation | undefined;
  private cyclicOutcome: Evaluation | undefined;
  private unevaluableOutcome: Evaluation | undefined;
  private overBudgetOutcome: Evaluation | undefined;

  private readonly key: string;
  private readonly type: FlagType;
  private readonly version: number;
  private readonly flagVersion: number;
  private readonly exposureTracking: boolean;
  private readonly metadata: FlagMetadata;

  constructor(
    base: OutcomeBase,
    private readonly fallback: Outcome,
    private readonly isStatic: boolean,
  ) {
    this.key = base.key;
    this.type = base.type;
    this.version = base.version + base.configVersion;
    this.flagVersion = base.version;
    this.exposureTracking = base.exposureTracking;
    this.metadata = base.metadata;
  }

  of({ variant, value }: Outcome, reason: Reason, mark?: Mark): Evaluation {
    const { key, type, version, flagVersion, exposureTracking, metadata } = this;
    return Object.freeze({
      flag_key: key,
      variant,
      value,
      reason,
      version,
      flagVersion,
      type,
      exposureTracking,
      metadata,
      split: mark === 'split',
      bucketKeyMissing: mark === 'bucketKeyMissing',
      isStatic: mark === 'isStatic',
      killed: mark === 'killed',
    });
  }

  /** No rule admitted the context. */
  get notAdmitted(): Evaluation {
    return (this.notAdmittedOutcome ??= this.of(this.fallback, DEFAULT, this.isStatic ? 'isStatic' : undefined));
  }
  /** The hash is above the percentage of the only rule. */
  get notInRollout(): Evaluation {
    return (this.notInRolloutOutcome ??= this.of(this.fallback, DEFAULT, 'split'));
  }
  /** A percentage or split needs a hash, and the bucket key value is absent. */
  get noBucketKey(): Evaluation {
    return (this.noBucketKeyOutcome ??= this.of(this.fallback, DEFAULT, 'bucketKeyMissing'));
  }
  /** The prerequisites of the flag form a cycle. */
  get cyclic(): Evaluation {
    return (this.cyclicOutcome ??= this.error('invalid_flag', 'The prerequisites of this flag form a cycle'));
  }
  /** The evaluation threw an unexpected error. */
  get unevaluable(): Evaluation {
    return (this.unevaluableOutcome ??= this.error('invalid_flag', 'The flag cannot be evaluated'));
  }
  /** The evaluation needs more work than it may use. */
  get overBudget(): Evaluation {
    return (this.overBudgetOutcome ??= this.error('invalid_flag', 'The flag needs too much work for this context'));
  }

  target(outcome: Outcome): Evaluation {
    return this.of(outcome, TARGET);
  }
  disabled(killed: boolean): Evaluation {
    return this.of(this.fallback, DISABLED, killed ? 'killed' : undefined);
  }
  prerequisite(missing: string): Evaluation {
    return this.of(this.fallback, Object.freeze({ type: 'prerequisite', missing }));
  }
  killSwitch(id: string, key: string, scope: 'platform' | 'organization'): Evaluation {
    const reason = Object.freeze({ type: 'kill_switch', kill_switch_id: id, key, scope } as const);
    return this.of(this.fallback, reason, 'killed');
  }
  error(code: 'archived' | 'invalid_flag', message: string): Evaluation {
    return this.of(this.fallback, Object.freeze({ type: 'error', code, message }));
  }
}
