import { EventRow, packOrganization, packSubject } from './pack.js';

const ORG = '0190a0b0-0000-7000-8000-000000000001';
const row: EventRow = {
  event_id: '0190a0b0-0000-7000-8000-00000000000a',
  distinct_id: 'anon-1',
  event: '$pageview',
  properties: { path: '/' },
  timestamp: '2026-01-31T12:00:00.000Z',
  received_at: '2026-01-31T12:00:00.250Z',
};

describe('a pack', () => {
  it('names its organization in the subject alone', () => {
    expect(packSubject(ORG)).toBe(`capture.${ORG}`);
    expect(packOrganization(packSubject(ORG))).toBe(ORG);
  });

  it.each(['capture.', 'capture.*', 'capture.acme', `flag.updated.${ORG}`, `capture.${ORG}.x`])(
    'is none on %s',
    (subject) => expect(packOrganization(subject)).toBeUndefined(),
  );

  it('holds rows, with and without what is optional', () => {
    const whole = {
      ...row,
      environment_id: ORG,
      ip: '203.0.113.9',
      user_agent: 'curl/8',
      lib: 'loom-web',
      lib_version: '1.0.0',
      clock_skew: true,
    };

    expect(EventRow.parse(row)).toEqual(row);
    expect(EventRow.parse(whole)).toEqual(whole);
  });

  it.each([
    ['an id that is none', { event_id: 'e1' }],
    ['a time without milliseconds', { timestamp: '2026-01-31T12:00:00Z' }],
    ['a time of another zone', { received_at: '2026-01-31T12:00:00.000+01:00' }],
    ['properties that are a list', { properties: [] }],
    ['no distinct id', { distinct_id: undefined }],
  ])('refuses a row with %s', (_what, wrong) => expect(EventRow.safeParse({ ...row, ...wrong }).success).toBe(false));
});
