import { streamsField } from '#libs/contracts';
import { StreamCounts, type CountedStream, type StreamGroup } from './stream-counts.js';

const stream = (change: Partial<CountedStream> = {}): CountedStream => {
  return { orgId: 'o1', sdk: 'loom-web', sdkVersion: '1.0.0', acknowledged: 'v1', ...change };
};
const group = { sdk: 'loom-web', sdk_version: '1.0.0', acknowledged: 'v1' };
const groupsOf = (text: string | undefined) => JSON.parse(text ?? '[]') as StreamGroup[];

describe('StreamCounts', () => {
  let open: CountedStream[];
  let counts: StreamCounts;
  beforeEach(() => {
    open = [];
    counts = new StreamCounts();
    counts.of(() => open);
  });

  it('counts streams by organization, SDK and acknowledged version, the largest group first', () => {
    open = [stream({ acknowledged: undefined }), stream(), stream(), stream({ orgId: 'o2' })];
    counts.count();

    const all = counts.takeAll();
    expect(groupsOf(all.get(streamsField('o1')))).toEqual([
      { ...group, connections: 2 },
      { ...group, acknowledged: null, connections: 1 },
    ]);
    expect(groupsOf(all.get(streamsField('o2')))).toEqual([{ ...group, connections: 1 }]);
  });

  it('returns only the organizations that changed since they were taken', () => {
    open = [stream(), stream({ orgId: 'o2' })];
    expect(counts.count()).toBe(true);
    expect([...counts.takeChanged().keys()]).toEqual([streamsField('o1'), streamsField('o2')]);
    expect(counts.count()).toBe(false);

    open = [stream(), stream()];
    expect(counts.count()).toBe(true);
    const changed = counts.takeChanged();
    expect(groupsOf(changed.get(streamsField('o1')))).toEqual([{ ...group, connections: 2 }]);
    expect([...changed].at(1)).toEqual([streamsField('o2'), undefined]);
  });

  it('joins groups beyond the first hundred, since SDK names come from clients', () => {
    open = Array.from({ length: 105 }, (_, i) => stream({ sdk: `sdk-${i}` }));
    counts.count();
    const groups = groupsOf(counts.takeAll().get(streamsField('o1')));

    expect(groups).toHaveLength(101);
    expect(groups.at(-1)).toEqual({ sdk: 'other', sdk_version: '', acknowledged: null, connections: 5 });
  });
});
