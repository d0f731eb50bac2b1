import type { Json } from '#libs/kernel';
import type { Evaluation } from './values/evaluation.js';

type OpenFeatureReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';
type OpenFeatureError = 'FLAG_NOT_FOUND' | 'GENERAL' | 'TARGETING_KEY_MISSING';

/** An evaluation in the terms of OpenFeature. Without `hasValue` a provider returns the default of its caller. */
export interface OpenFeatureResolution {
  readonly reason: OpenFeatureReason;
  readonly variant: string;
  readonly hasValue: boolean;
  readonly value: Json;
  readonly errorCode?: OpenFeatureError;
  readonly errorMessage?: string;
  /** Flat. Its version is that of the result, not the ruleset's, so that it stays the same while the flag is unchanged. */
  readonly metadata: { readonly [name: string]: string | number | boolean };
}

type Mapped = Pick<OpenFeatureResolution, 'reason' | 'hasValue' | 'errorCode' | 'errorMessage'>;

const KEY_MISSING = 'The context has no value for the bucket key of the flag';

function mapped(evaluation: Evaluation): Mapped {
  const { reason, killed, bucketKeyMissing, split, isStatic } = evaluation;
  if (reason.type === 'error') {
    const errorCode = reason.code === 'archived' ? 'FLAG_NOT_FOUND' : 'GENERAL';
    return { reason: 'ERROR', hasValue: false, errorCode, errorMessage: reason.message };
  }
  if (killed) return { reason: 'DISABLED', hasValue: true };
  if (reason.type === 'disabled') return { reason: 'DISABLED', hasValue: false };
  if (bucketKeyMissing) {
    return { reason: 'ERROR', hasValue: false, errorCode: 'TARGETING_KEY_MISSING', errorMessage: KEY_MISSING };
  }
  if (split) return { reason: 'SPLIT', hasValue: true };
  if (reason.type === 'target' || reason.type === 'strategy') return { reason: 'TARGETING_MATCH', hasValue: true };
  return { reason: isStatic ? 'STATIC' : 'DEFAULT', hasValue: true };
}

/** The flag's own, and what this result adds, which has precedence. */
function metadataOf({ metadata, reason, killed, version }: Evaluation): OpenFeatureResolution['metadata'] {
  if (killed) return { ...metadata, version, cause: 'kill_switch' };
  if (reason.type === 'prerequisite') return { ...metadata, version, cause: 'prerequisite' };
  if (reason.type !== 'strategy') return { ...metadata, version };
  const { rule_id, strategy_id } = reason;
  return { ...metadata, version, rule_id, ...(strategy_id === undefined ? {} : { strategy_id }) };
}

/** Maps an evaluation to OpenFeature (specification 05a). The only such mapping: for OFREP, SDKs and telemetry. */
export function toOpenFeature(evaluation: Evaluation): OpenFeatureResolution {
  const { variant, value } = evaluation;
  return { ...mapped(evaluation), variant, value, metadata: metadataOf(evaluation) };
}
