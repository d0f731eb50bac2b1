import { toOpenFeature, type Evaluation } from '#libs/engine';
import { statusOf } from './ofrep-errors.js';

/**
 * Results as JSON text, serialised once per outcome: the engine returns the same frozen object for the same outcome until the
 * flag changes.
 */
export class Fragments<Written> {
  readonly #cache = new WeakMap<Evaluation, Written>();

  constructor(private readonly write: (evaluation: Evaluation) => Written) {}

  of(evaluation: Evaluation): Written {
    const known = this.#cache.get(evaluation);
    if (known !== undefined) return known;
    const written = this.write(evaluation);
    this.#cache.set(evaluation, written);
    return written;
  }
}

/** For server keys: the whole result. */
export const serverResult = new Fragments(({ flag_key, variant, value, reason, version }) =>
  JSON.stringify({ flag_key, variant, value, reason, version }),
);

/** For client keys: of the reason only its type; no rule, segment or kill switch. */
export const clientResult = new Fragments(({ flag_key, variant, value, reason, version }) =>
  JSON.stringify({ flag_key, variant, value, reason: { type: reason.type }, version }),
);

/** OFREP's success or per-flag error (specification 05a), with its HTTP status on the single-flag route. */
export interface OfrepResult {
  readonly status: number;
  readonly text: string;
}

export const ofrepResult = new Fragments((evaluation) => written(ofrepBody(evaluation)));

/** For client keys: without rule and strategy id. */
export const ofrepClientResult = new Fragments((evaluation) => {
  const body = ofrepBody(evaluation);
  if (!('metadata' in body)) return written(body);
  const { rule_id: _rule, strategy_id: _strategy, ...metadata } = body.metadata;
  return written({ ...body, metadata });
});

function written(body: object): OfrepResult {
  const { errorCode } = body as { readonly errorCode?: string };
  return { status: statusOf(errorCode), text: JSON.stringify(body) };
}

function ofrepBody(evaluation: Evaluation) {
  const { flag_key: key, variant, value } = evaluation;
  const { reason, metadata, errorCode, errorMessage, hasValue } = toOpenFeature(evaluation);
  if (errorCode !== undefined) return { key, errorCode, errorDetails: errorMessage };
  return { key, ...(hasValue ? { value } : {}), reason, variant, metadata };
}
