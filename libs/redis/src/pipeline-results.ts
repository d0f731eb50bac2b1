import type { ChainableCommander } from 'ioredis';

/**
 * Runs a pipeline or transaction and returns the results of its commands, in their order.
 * @throws the first error of a command; Error when Redis discarded the transaction
 */
export async function pipelineResults<T = unknown>(pipeline: Pick<ChainableCommander, 'exec'>): Promise<T[]> {
  const results = await pipeline.exec();
  if (results === null) throw new Error('Redis discarded the transaction');
  return results.map(([error, result]) => {
    if (error !== null) throw error;
    return result as T;
  });
}
