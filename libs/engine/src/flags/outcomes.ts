import type { FlagType } from '#libs/contracts';
import type { Outcome } from '../documents/stored-variant.js';
import type { Evaluation, Reason } from '../values/evaluation.js';

/** What every outcome of one flag in one environment says. */
export interface FlagFacts {
  readonly key: string;
  readonly type: FlagType;
  readonly version: number;
  readonly configVersion: number;
  readonly exposureTracking: boolean;
}
/** What sets an outcome apart from the plain one. */
type Mark = 'split' | 'bucketKeyMissing' | 'isStatic' | 'killed' | undefined;

const DEFAULT: Reason = Object.freeze({ type: 'default' });
const DISABLED: Reason = Object.freeze({ type: 'disabled' });
const TARGET: Reason = Object.freeze({ type: 'target' });

/** What a rule answers when it does not admit: the flag's outcomes when it is the only one, else why. */
export interface Misses<Miss> {
  readonly notAdmitted: Miss;
  readonly turnedAway: Miss;
  readonly noBucketKey: Miss;
}

/** Makes the outcomes of one flag in one environment: each once, frozen. */
export class Outcomes implements Misses<Evaluation> {
  private keyless: Evaluation | undefined;
  private refused: Evaluation | undefined;
  private plain: Evaluation | undefined;
  private circular: Evaluation | undefined;
  private failed: Evaluation | undefined;

  private readonly key: string;
  private readonly type: FlagType;
  private readonly version: number;
  private readonly flagVersion: number;
  private readonly exposureTracking: boolean;

  constructor(
    facts: FlagFacts,
    private readonly fallback: Outcome,
    private readonly isStatic: boolean,
  ) {
    this.key = facts.key;
    this.type = facts.type;
    this.version = facts.version + facts.configVersion;
    this.flagVersion = facts.version;
    this.exposureTracking = facts.exposureTracking;
  }

  of({ variant, value }: Outcome, reason: Reason, mark?: Mark): Evaluation {
    const { key, type, version, flagVersion, exposureTracking } = this;
    return Object.freeze({
      flag_key: key,
      variant,
      value,
      reason,
      version,
      flagVersion,
      type,
      exposureTracking,
      split: mark === 'split',
      bucketKeyMissing: mark === 'bucketKeyMissing',
      isStatic: mark === 'isStatic',
      killed: mark === 'killed',
    });
  }

  /** Nothing admitted. */
  get notAdmitted(): Evaluation {
    return (this.plain ??= this.of(this.fallback, DEFAULT, this.isStatic ? 'isStatic' : undefined));
  }
  /** The percentage of the only rule turned the context away. */
  get turnedAway(): Evaluation {
    return (this.refused ??= this.of(this.fallback, DEFAULT, 'split'));
  }
  /** A hash was to decide, and there is nothing to hash. */
  get noBucketKey(): Evaluation {
    return (this.keyless ??= this.of(this.fallback, DEFAULT, 'bucketKeyMissing'));
  }
  /** Its prerequisites lead back to it. */
  get cyclic(): Evaluation {
    return (this.circular ??= this.error('invalid_flag', 'The prerequisites of this flag lead back to it'));
  }
  /** Evaluating it threw: the last net. */
  get unevaluable(): Evaluation {
    return (this.failed ??= this.error('invalid_flag', 'The flag cannot be evaluated'));
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
