import { jest } from '@jest/globals';
import { Writable } from 'node:stream';
import { Secret } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { KeyedEntropy } from '../crypto/keyed-entropy.js';
import { FirstStart } from './first-start.js';

/** The log of a start on a platform without users and without a first admin in the settings. */
async function logOf(token: string | undefined): Promise<string> {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push((JSON.parse(chunk.toString()) as { message: string }).message);
      done();
    },
  });
  const logger = createLogger({ service: 'test', destination });
  const makeFirstAdmin = { execute: () => Promise.resolve('wanted' as const) };
  const offerSetup = { execute: () => Promise.resolve(token) };
  await new FirstStart({ makeFirstAdmin, offerSetup, logger }).start();
  return lines.join('\n');
}

describe('the first start without a first admin', () => {
  it('logs the request that creates one, and its token, which the redaction of the log leaves as it is', async () => {
    const entropy = new KeyedEntropy(new Secret(Buffer.from('key')));

    for (const token of Array.from({ length: 50 }, () => entropy.linkToken())) {
      expect(await logOf(token)).toBe(
        'there are no users yet: POST /api/auth/setup with the token of this link creates the first super admin, once, within 24 hours: ' +
          `/setup#${token}`,
      );
    }
  });

  it('logs that the link was logged before', async () => {
    expect(await logOf(undefined)).toMatch(/^there are no users yet: the setup link was logged at an earlier start/);
  });

  it('is tried again until it succeeds, and no more after the stop', async () => {
    jest.useFakeTimers();
    let attempts = 0;
    const makeFirstAdmin = {
      execute: () => {
        attempts += 1;
        return attempts < 3 ? Promise.reject(new Error('no database')) : Promise.resolve('present' as const);
      },
    };
    const offerSetup = { execute: () => Promise.resolve(undefined) };
    const logger = createLogger({ service: 'test', level: 'silent' });
    const start = () => new FirstStart({ makeFirstAdmin, offerSetup, logger });

    await start().start();
    expect(attempts).toBe(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(3);

    attempts = 0;
    const stopped = start();
    await stopped.start();
    stopped.stop();
    await jest.advanceTimersByTimeAsync(60_000);

    expect(attempts).toBe(1);
    jest.useRealTimers();
  });
});
