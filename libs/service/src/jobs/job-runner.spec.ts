import type { Logger } from '#libs/observability';
import { JobRunner } from './job-runner.js';

const collecting = () => {
  const lines: string[] = [];
  return { lines, logger: { warn: (_: object, line: string) => void lines.push(line) } as unknown as Logger };
};

it('continues after failures, logs the first of consecutive ones, and never overlaps itself', async () => {
  const { lines, logger } = collecting();
  const jobs = new JobRunner(logger);
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

  jobs.start({ name: 'the job', everyMs: 0, run: work });
  await done.promise;
  await jobs.stop();

  expect(lines).toEqual(['the job failed; it is tried again', 'the job failed; it is tried again']);
  expect(most).toBe(1);
});

it('finishes the current run when it is stopped, and starts no further one', async () => {
  const jobs = new JobRunner(collecting().logger);
  const may = Promise.withResolvers<void>();
  let finished = 0;
  jobs.start({ name: 'slow', everyMs: 0, run: () => may.promise.then(() => void finished++) });

  const stopped = jobs.stop();
  may.resolve();
  await stopped;

  expect(finished).toBe(1);
});

it('waits for firstAfterMs before the first run', async () => {
  const jobs = new JobRunner(collecting().logger);
  let runs = 0;
  jobs.start({ name: 'late', everyMs: 0, firstAfterMs: 3_600_000, run: async () => void runs++ });

  await new Promise((resolve) => setTimeout(resolve, 20));
  await jobs.stop();

  expect(runs).toBe(0);
});

it('counts a run that throws at once as failed', async () => {
  const { lines, logger } = collecting();
  const jobs = new JobRunner(logger);
  const failed = Promise.withResolvers<void>();
  jobs.start({
    name: 'broken',
    everyMs: 3_600_000,
    run: () => {
      failed.resolve();
      throw new Error('at once');
    },
  });

  await failed.promise;
  await jobs.stop();

  expect(lines).toEqual(['broken failed; it is tried again']);
});

it('retries a failed run long before the next one is due, and then waits the whole pause again', async () => {
  const jobs = new JobRunner(collecting().logger, 5);
  let runs = 0;
  const works = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    runs += 1;
    if (runs < 3) throw new Error('no');
    works.resolve();
  };
  jobs.start({ name: 'daily', everyMs: 86_400_000, run });

  await works.promise;
  await new Promise((resolve) => setTimeout(resolve, 50));
  await jobs.stop();

  expect(runs).toBe(3);
});
