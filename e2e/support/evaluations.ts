import type { Platform, Workplace } from '#libs/testing';
import { bearer, call } from '#libs/local-servers';
import type { Case, Suite } from './conformance.js';

interface Native {
  readonly variant: string;
  readonly value: unknown;
  readonly reason: { readonly type: string };
}
interface Ofrep {
  readonly key: string;
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
}
/** The answers of both APIs to one case. */
export interface Evaluated {
  readonly one: Case;
  /** In the shape of `expect`. */
  readonly native: object;
  /** Absent for a context that OFREP cannot express. */
  readonly ofrep?: { readonly status: number; readonly body: Ofrep };
  readonly value: unknown;
}

export function evaluated(platform: Platform, work: Workplace, suite: Suite): Promise<readonly Evaluated[]> {
  const headers = bearer(work.keys[suite.environment].server);
  const ask = async (one: Case): Promise<Evaluated> => {
    const { context } = one;
    const native = await call<Native>(
      'POST',
      `${platform.baseUrl}/api/flags/evaluate/${one.flag}`,
      { context },
      headers,
    );
    const flat = flatten(context);
    const url = `${platform.baseUrl}/ofrep/v1/evaluate/flags/${one.flag}`;
    const ofrep = flat && (await call<Ofrep>('POST', url, { context: flat }, headers));
    return { one, native: shapeOf(native), value: native.body.value, ...(ofrep && { ofrep }) };
  };
  return Promise.all(suite.cases.map(ask));
}

function shapeOf({ status, body }: { status: number; body: Native }): object {
  if (status !== 200) return { status, body };
  const { type: reason, ...details } = body.reason;
  return { variant: body.variant, value: body.value, reason, ...details };
}

const IDENTITIES = ['targetingKey', 'orgId', 'org_id', 'sessionId', 'session_id'];

/** OpenFeature's context is flat, without geo, and some names in it are taken. */
function flatten({ user_id, org_id, session_id, geo, attributes = {} }: Case['context']): object | undefined {
  const isTaken = IDENTITIES.some((name) => Object.hasOwn(attributes as object, name));
  if (geo !== undefined || isTaken) return undefined;
  return { targetingKey: user_id, orgId: org_id, sessionId: session_id, ...(attributes as object) };
}

/** The parts of the OFREP answer that contradict the native one (specification 05a). */
export function contradictions(suite: Suite, { one, ofrep, value }: Evaluated): readonly string[] {
  if (ofrep === undefined) return [];
  const { expect } = one;
  const { body } = ofrep;
  const reported = body.errorCode ?? body.reason ?? 'nothing';
  const allowed = expect.ofrep === undefined ? reasonsFor(suite, one) : [expect.ofrep];
  if (!allowed.includes(reported)) return [`reason ${reported}, not ${allowed.join(' or ')}`];
  if (body.errorCode !== undefined) return 'value' in body ? ['a value beside an error'] : [];
  const hasValue = expect.reason !== 'disabled' || isKilled(suite, one.flag);
  return [
    ...(body.variant === expect.variant ? [] : [`variant ${body.variant}`]),
    ...(JSON.stringify(body.value) === JSON.stringify(hasValue ? value : undefined)
      ? []
      : [`value ${String(body.value)}`]),
  ];
}

function reasonsFor(suite: Suite, { flag, expect }: Case): readonly string[] {
  const config = configOf(suite, flag);
  const rules = config?.rules ?? [];
  // A rule without `serve` may leave the choice to the flag's weights.
  const splits =
    rules.some(({ serve }) => serve === undefined) ||
    /"(percentage|split|schedule|strategy_id)"/.test(JSON.stringify(rules));
  const isStatic = rules.length === 0 && Object.keys(config?.targets ?? {}).length === 0;
  switch (expect.reason) {
    case 'disabled':
    case 'kill_switch':
      return ['DISABLED'];
    case 'target':
      return ['TARGETING_MATCH'];
    case 'prerequisite':
      return ['DEFAULT'];
    case 'strategy':
      return splits ? ['TARGETING_MATCH', 'SPLIT'] : ['TARGETING_MATCH'];
    default:
      if (isStatic) return ['STATIC'];
      return splits ? ['DEFAULT', 'SPLIT', 'TARGETING_KEY_MISSING'] : ['DEFAULT'];
  }
}

function configOf({ platform, configs, environment }: Suite, flag: string) {
  const onPlatform = platform?.configs?.[flag];
  return onPlatform?.[environment] ?? onPlatform?.['*'] ?? configs?.[flag];
}

function isKilled({ kill_switches = [], platform }: Suite, flag: string): boolean {
  return [...kill_switches, ...(platform?.kill_switches ?? [])].some(
    ({ activate, linked_flag_keys }) => activate !== undefined && linked_flag_keys.includes(flag),
  );
}
