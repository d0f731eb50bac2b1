import { propagation, type Receipt, type Receipts } from './propagation.js';

const EPOCH = '0mb8f2k1x';
const NOW = 1_000_000;
const newest = { platform: { epoch: EPOCH, version: 4 }, organization: { epoch: EPOCH, version: 17 } };
const held = (version: number, since = NOW - 500, loaded = 0, epoch = EPOCH) => ({ epoch, version, since, loaded });
const aReceipt = (given: Partial<Receipt> = {}): Receipt => ({
  id: 'e1',
  service: 'evaluation',
  silent: false,
  platform: held(4, 1_000),
  organization: held(17),
  streams: [],
  ...given,
});
const said = (receipts: readonly Receipt[], given: Partial<Receipts> = {}): Receipts => ({
  now: NOW,
  isWhole: true,
  receipts,
  announced: { platform: undefined, organization: { epoch: EPOCH, version: 17, at: NOW - 507 } },
  ...given,
});
const one = (given: Partial<Receipt>, more: Partial<Receipts> = {}) =>
  propagation(newest, said([aReceipt(given)], more)).instances[0];

describe('propagation is complete', () => {
  it.each<[isComplete: boolean, when: string, receipts: Receipt[], more?: Partial<Receipts>]>([
    [true, 'when everybody holds the newest version', [aReceipt(), aReceipt({ id: 'e2' })]],
    [true, 'when somebody is ahead of it already', [aReceipt({ organization: held(18) })]],
    [true, 'beside one who never loaded the organization', [aReceipt(), aReceipt({ organization: undefined })]],
    [false, 'not while one is behind', [aReceipt(), aReceipt({ organization: held(16) })]],
    [false, 'not while one is behind with the platform', [aReceipt({ platform: held(3) })]],
    [false, 'not while one is in an earlier lifetime', [aReceipt({ platform: held(9, 0, 0, '0mb8f2k1w') })]],
    [false, 'not while one is silent', [aReceipt(), aReceipt({ silent: true })]],
    [
      false,
      'not while one is silent that held nothing',
      [aReceipt(), aReceipt({ silent: true, organization: undefined })],
    ],
    [false, 'not when nobody is known', []],
    [false, 'not when somebody may be missing', [aReceipt()], { isWhole: false }],
  ])('%s: %s', (isComplete, _when, receipts, more = {}) => {
    expect(propagation(newest, said(receipts, more)).complete).toBe(isComplete);
  });
});

describe('an instance', () => {
  it('holds a version since a time, and held it so long after it was announced', () => {
    expect(one({})).toEqual({
      id: 'e1',
      service: 'evaluation',
      version: `${EPOCH}.4.17`,
      since: new Date(NOW - 500).toISOString(),
      lag_ms: 7,
      silent: false,
    });
  });

  it('was not late with what it loaded after the announcement', () => {
    expect(one({ organization: held(17, NOW - 100, NOW - 100) })).toMatchObject({ lag_ms: 0 });
  });

  it('is late since the announcement as long as it is behind', () => {
    expect(one({ organization: held(16) })).toMatchObject({ version: `${EPOCH}.4.16`, lag_ms: 507 });
  });

  it('is late by nobody knows how much when the announcement is not known', () => {
    const announced = { platform: undefined, organization: undefined };

    expect([one({}, { announced })?.lag_ms, one({ organization: held(16) }, { announced })?.lag_ms]).toEqual([
      null,
      null,
    ]);
  });

  it('has no version before it loads the organization', () => {
    expect(one({ organization: undefined })).toMatchObject({ version: null, since: null, lag_ms: null });
  });
});

describe('streams', () => {
  it('are counted by SDK, with those that have not acknowledged the newest version', () => {
    const web = { sdk: 'loom-web', sdk_version: '1.4.0' };
    const at = (acknowledged: string | null, connections: number) => ({ ...web, acknowledged, connections });
    const a = aReceipt({ streams: [at(`${EPOCH}.4.17`, 5), at(`${EPOCH}.4.16`, 2), at(`${EPOCH}.3.18`, 1)] });
    const b = aReceipt({ streams: [at(null, 3), at('nonsense', 1), { ...at(`${EPOCH}.4.18`, 1), sdk: 'curl' }] });

    expect(propagation(newest, said([a, b])).streams).toEqual([
      { ...web, connections: 12, behind: 7 },
      { ...web, sdk: 'curl', connections: 1, behind: 0 },
    ]);
  });
});
