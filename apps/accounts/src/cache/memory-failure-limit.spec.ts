import { FixedClock } from '#libs/testing';
import { MemoryFailureLimit } from './memory-failure-limit.js';

describe('MemoryFailureLimit', () => {
  const limited = { code: 'rate_limited' };
  const setUp = (perMinute: number) => {
    const clock = new FixedClock();
    const limit = new MemoryFailureLimit(clock, perMinute);
    const fail = async (key = 'ann'): Promise<void> => void (await limit.begin(key));
    return { clock, limit, fail };
  };

  it('slides: a failure stops counting a minute after it happened', async () => {
    const { clock, fail } = setUp(2);
    await fail();
    clock.advance(40_000);
    await fail();

    await expect(fail()).rejects.toMatchObject({ ...limited, details: [{ retry_after: 20 }] });
    clock.advance(20_000);
    await fail();
    await expect(fail()).rejects.toMatchObject({ ...limited, details: [{ retry_after: 40 }] });
  });

  it('counts each key separately', async () => {
    const { fail } = setUp(1);
    await fail('ann');

    await expect(fail('ann')).rejects.toMatchObject(limited);
    await expect(fail('bob')).resolves.toBeUndefined();
  });

  it('counts running attempts, and forgets successful ones', async () => {
    const { limit, fail } = setUp(2);
    const running = await limit.begin('ann');
    await fail();
    await expect(fail()).rejects.toMatchObject(limited);

    await running.forget();
    await running.forget();

    await fail();
    await expect(fail()).rejects.toMatchObject(limited);
  });
});
