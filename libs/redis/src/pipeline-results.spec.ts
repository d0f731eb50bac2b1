import { pipelineResults } from './pipeline-results.js';

const pipelineOf = (results: [Error | null, unknown][] | null) => ({ exec: () => Promise.resolve(results) });

describe('pipelineResults', () => {
  it('returns the result of each command', async () => {
    const pipeline = pipelineOf([
      [null, 'OK'],
      [null, ['a', null]],
    ]);

    expect(await pipelineResults(pipeline)).toEqual(['OK', ['a', null]]);
  });

  it('throws the first error', async () => {
    const pipeline = pipelineOf([
      [null, 1],
      [new Error('WRONGTYPE'), undefined],
      [new Error('later'), undefined],
    ]);

    await expect(pipelineResults(pipeline)).rejects.toThrow('WRONGTYPE');
  });

  it('throws when the transaction was discarded', async () => {
    await expect(pipelineResults(pipelineOf(null))).rejects.toThrow('discarded');
  });
});
