import type { Logger } from '#libs/observability';
import { Repeating } from './repeating.js';

const collecting = () => {
  const lines: string[] = [];
  return { lines, logger: { warn: (_: object, line: string) => void lines.push(line) } as unknown as Logger };
};

it('goes on after failures, tells the first of a row of them, and is never at it twice', async () => {
  const { lines, logger } = collecting();
  const repeating = new Repeating(logger);
  const outcomes = ['fails', 'fails', 'works', 'fails', 'works'];
  const done = Promise.withResolvers<void>();
  let [running, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    const outcome = outcomes.shift();
    if (outcomes.length === 0) done.resolve();
    if (outcome === 'fails') throw new Error('no');
  };

  repeating.start({ name: 'the job', everyMs: 0, work });
  await done.promise;
  await repeating.stop();

  expect(lines).toEqual(['the job failed; it is tried again', 'the job failed; it is tried again']);
  expect(most).toBe(1);
});

it('finishes what is at hand when it is stopped, and begins nothing more', async () => {
  const repeating = new Repeating(collecting().logger);
  const may = Promise.withResolvers<void>();
  let finished = 0;
  repeating.start({ name: 'slow', everyMs: 0, work: () => may.promise.then(() => void finished++) });

  const stopped = repeating.stop();
  may.resolve();
  await stopped;

  expect(finished).toBe(1);
});
