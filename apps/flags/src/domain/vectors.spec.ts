import { readFileSync } from 'node:fs';
import { AppError } from '#libs/kernel';
import { newFlag } from './flags/flag.js';
import { newKillSwitch } from './kill-switches/kill-switch.js';
import { checkFlagKey, checkKillSwitchKey } from './keys.js';
import { newStrategy } from './targeting/strategy.js';

interface Keys {
  readonly accept: readonly string[];
  readonly reject: readonly string[];
  readonly accept_generated?: readonly { repeat: string; times: number }[];
  readonly reject_generated?: readonly { repeat: string; times: number }[];
}
interface Row {
  readonly path: string;
  readonly what: string;
  readonly json?: object;
  readonly expect: { readonly code: string };
}

const vectors = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../conformance/vectors/${name}`, import.meta.url), 'utf8')) as T;
const keys = vectors<Record<string, Keys>>('keys.json');
const all = (given: readonly string[], generated: readonly { repeat: string; times: number }[] = []): string[] => [
  ...given,
  ...generated.map(({ repeat, times }) => repeat.repeat(times)),
];

describe.each([
  ['flag_key', checkFlagKey],
  ['kill_switch_key', checkKillSwitchKey],
] as const)('%s', (kind, check: (key: unknown) => void) => {
  const { accept, reject, accept_generated, reject_generated } = keys[kind]!;

  it.each(all(accept, accept_generated))('accepts %j', (key) => {
    expect(() => check(key)).not.toThrow();
  });

  it.each(all(reject, reject_generated))('refuses %j', (key) => {
    expect(() => check(key)).toThrow(expect.objectContaining({ code: `invalid_${kind}` }));
  });
});

const birth = { id: 'i', scope: 's', at: new Date(0) };
const reader =
  <Body>(read: (body: Body, at: typeof birth) => unknown) =>
  (body: unknown) =>
    read(body as Body, birth);
const readers: Record<string, (body: unknown) => unknown> = {
  '/api/orgs/{org}/flags': reader(newFlag),
  '/api/orgs/{org}/strategies': reader(newStrategy),
  '/api/orgs/{org}/kill-switches': reader(newKillSwitch),
};
/** Codes that need other flags: `targeting.int.spec.ts` and `refusals.int.spec.ts` test them. */
const elsewhere = ['unknown_prerequisite'];
const rows = vectors<{ rows: readonly Row[] }>('bad-inputs.json').rows.filter(
  (row) => row.json !== undefined && readers[row.path] !== undefined && !elsewhere.includes(row.expect.code),
);

describe('bad input', () => {
  it.each(rows)('$path with $what is refused as it should be', ({ path, json, expect: { code } }) => {
    let refusal: unknown;
    try {
      readers[path]!(json);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code });
  });
});
