import { COMMENT, frame, idFrame, joined, refetchFrame, retryFrame } from './frames.js';

const textOf = ({ bytes }: { bytes: Buffer }): string => bytes.toString('utf8');

describe('frames', () => {
  it('are SSE messages with id, event and JSON data', () => {
    const one = frame('v1', { event: 'flag.updated', data: { flag_key: 'ä' } });

    expect(textOf(one)).toBe('id: v1\nevent: flag.updated\ndata: {"event":"flag.updated","data":{"flag_key":"ä"}}\n\n');
    expect(one).toMatchObject({ id: 'v1', events: 1 });
  });

  it('ask OFREP clients to evaluate again, with the version as ETag', () => {
    expect(textOf(refetchFrame('v1', new Date(1_500)))).toBe(
      'id: v1\nevent: message\ndata: {"type":"refetchEvaluation","etag":"\\"v1\\"","lastModified":1}\n\n',
    );
  });

  it('are joined to one, with the last id and the number of all events', () => {
    const parts = [retryFrame('retry: 10\n\n'), idFrame('v1'), frame('v2', { event: 'init', data: {} }), COMMENT];

    expect(joined(parts)).toMatchObject({ id: 'v2', events: 1 });
    expect(textOf(joined(parts))).toBe(parts.map(textOf).join(''));
  });
});
