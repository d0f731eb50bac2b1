import { Writable } from 'node:stream';
import { createLogger } from '#libs/observability';
import type { MakeFirstAdmin } from '../application/setup/make-first-admin.js';
import type { OfferSetup } from '../application/setup/offer-setup.js';
import { FirstStart } from './first-start.js';

/** What the log says at a start where the settings name nobody. */
async function said(token: string | undefined): Promise<string> {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push((JSON.parse(chunk.toString()) as { message: string }).message);
      done();
    },
  });
  const logger = createLogger({ service: 'test', destination });
  const makeFirstAdmin = { execute: () => Promise.resolve('wanted') } as unknown as MakeFirstAdmin;
  const offerSetup = { execute: () => Promise.resolve(token) } as unknown as OfferSetup;
  await new FirstStart(makeFirstAdmin, offerSetup, logger).onApplicationBootstrap();
  return lines.join('\n');
}

describe('the first start without a first admin', () => {
  it('says which request makes one, and gives the token for it', async () => {
    expect(await said('one-time-token')).toBe(
      'nobody can sign in: POST /api/auth/setup with the token of this link makes the first super admin, once, within 24 hours: ' +
        '/setup#token=one-time-token',
    );
  });

  it('says that the token was given before', async () => {
    expect(await said(undefined)).toMatch(/^nobody can sign in: the setup link was logged at an earlier start/);
  });
});
