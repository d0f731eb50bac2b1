import { AppError } from '#libs/kernel';
import { aCheck, aRecord, HERE, KEY, LOOKUP, START } from '#libs/testing';

const at = (ms: number): string => new Date(START + ms).toISOString();

describe('KeyCheck, the live record of a look-up id', () => {
  it('is found for a key that was never presented here, and its end is reported', async () => {
    const { check, directory, clock } = aCheck();
    const ended: string[] = [];
    check.onRevoked((lookupId) => ended.push(lookupId));
    directory.answer = () => Promise.resolve(aRecord({ expires_at: at(1_000) }));

    expect(await check.live(LOOKUP)).toEqual(aRecord({ expires_at: at(1_000) }));
    check.endExpired();
    expect(ended).toEqual([]);
    clock.at += 1_000;
    check.endExpired();
    expect(ended).toEqual([LOOKUP]);
    await expect(check.live(LOOKUP)).rejects.toMatchObject({ code: 'invalid_key' });
  });

  it('comes from memory for a verified key while no source is available', async () => {
    const { check, directory, clock } = aCheck();
    await check.check(KEY, HERE);
    directory.answer = () => Promise.reject(new AppError('bus_unavailable', 'down'));
    clock.at += 120_000;

    expect(await check.live(LOOKUP)).toEqual(aRecord());
  });

  it('does not exist for an unknown or revoked key', async () => {
    const { check, revocations } = aCheck();

    await expect(check.live('ffffffffffff')).rejects.toMatchObject({ code: 'invalid_key' });
    await check.live(LOOKUP);
    revocations.add(LOOKUP);
    await expect(check.live(LOOKUP)).rejects.toMatchObject({ code: 'invalid_key' });
  });
});
