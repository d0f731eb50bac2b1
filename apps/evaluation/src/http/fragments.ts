import { toOpenFeature, type Evaluation } from '#libs/engine';

/**
 * Results as JSON text, written once per outcome: the engine hands out the same frozen object for the same outcome, and a
 * change of the flag makes new ones.
 */
export class Fragments {
  readonly #cache = new WeakMap<Evaluation, string>();

  constructor(private readonly write: (evaluation: Evaluation) => string) {}

  of(evaluation: Evaluation): string {
    const known = this.#cache.get(evaluation);
    if (known !== undefined) return known;
    const text = this.write(evaluation);
    this.#cache.set(evaluation, text);
    return text;
  }
}

/** For server keys: everything. */
export const serverResult = new Fragments(({ flag_key, variant, value, reason, version }) =>
  JSON.stringify({ flag_key, variant, value, reason, version }),
);

/** For client keys: the kind of reason alone, no rule, segment or kill switch. */
export const clientResult = new Fragments(({ flag_key, variant, value, reason, version }) =>
  JSON.stringify({ flag_key, variant, value, reason: { type: reason.type }, version }),
);

/** OFREP's success or per-flag error (specification 05a). */
export const ofrepResult = new Fragments((evaluation) => JSON.stringify(ofrepBody(evaluation)));

/** What a browser may see of it: no rule or strategy id. */
export const ofrepClientResult = new Fragments((evaluation) => {
  const body = ofrepBody(evaluation);
  if (!('metadata' in body)) return JSON.stringify(body);
  const { rule_id: _rule, strategy_id: _strategy, ...metadata } = body.metadata;
  return JSON.stringify({ ...body, metadata });
});

function ofrepBody(evaluation: Evaluation) {
  const { flag_key: key, variant, value } = evaluation;
  const { reason, metadata, errorCode, errorMessage, hasValue } = toOpenFeature(evaluation);
  if (errorCode !== undefined) return { key, errorCode, errorDetails: errorMessage };
  return { key, ...(hasValue ? { value } : {}), reason, variant, metadata };
}
