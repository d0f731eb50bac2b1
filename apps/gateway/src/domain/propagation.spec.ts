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
    [true, 'when every evaluator holds the newest version', [aReceipt(), aReceipt({ id: 'e2' })]],
    [true, 'when an evaluator is already ahead of it', [aReceipt({ organization: held(18) })]],
    [true, 'when an evaluator never loaded the organization', [aReceipt(), aReceipt({ organization: undefined })]],
    [false, 'while an evaluator is behind', [aReceipt(), aReceipt({ organization: held(16) })]],
    [false, 'while an evaluator is behind with the platform', [aReceipt({ platform: held(3) })]],
    [false, 'while an evaluator is in an earlier epoch', [aReceipt({ platform: held(9, 0, 0, '0mb8f2k1w') })]],
    [false, 'while an evaluator is silent', [aReceipt(), aReceipt({ silent: true })]],
    [
      false,
      'while an evaluator is silent that held nothing',
      [aReceipt(), aReceipt({ silent: true, organization: undefined })],
    ],
    [false, 'when no evaluator is known', []],
    [false, 'when an evaluator may be missing', [aReceipt()], { isWhole: false }],
  ])('%s: %s', (isComplete, _when, receipts, more = {}) => {
    expect(propagation(newest, said(receipts, more)).complete).toBe(isComplete);
  });
});

describe('an instance', () => {
  it('shows since when it holds its version, and how long that took after the announcement', () => {
    expect(one({})).toEqual({
      id: 'e1',
      service: 'evaluation',
      version: `${EPOCH}.4.17`,
      since: new Date(NOW - 500).toISOString(),
      lag_ms: 7,
      silent: false,
    });
  });

  it('has no lag for a scope that it loaded after the announcement', () => {
    expect(one({ organization: held(17, NOW - 100, NOW - 100) })).toMatchObject({ lag_ms: 0 });
  });

  it('has a lag that grows from the announcement while it is behind', () => {
    expect(one({ organization: held(16) })).toMatchObject({ version: `${EPOCH}.4.16`, lag_ms: 507 });
  });

  it('has an unknown lag when the announcement is unknown', () => {
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
  it('are counted by SDK; those without the newest version are behind', () => {
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
