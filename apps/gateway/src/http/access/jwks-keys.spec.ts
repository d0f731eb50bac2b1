import { AppError } from '#libs/kernel';
import { generateRs256Key } from '#libs/crypto';
import { FixedClock } from '#libs/testing';
import { JwksKeys } from './jwks-keys.js';

const published = async () => (await generateRs256Key()).publicJwk;
const kidOf = (jwk: object): string => (jwk as { kid: string }).kid;

describe('JwksKeys', () => {
  it('fetches the keys once for any number of tokens', async () => {
    const jwk = await published();
    let fetches = 0;
    const keys = new JwksKeys(() => Promise.resolve((fetches++, { keys: [jwk] })), new FixedClock());

    await Promise.all([1, 2, 3].map(() => keys.get(kidOf(jwk))));
    await keys.get(kidOf(jwk));

    expect(fetches).toBe(1);
  });

  it('fetches the keys again for an unknown kid, at most once per 30 s', async () => {
    const clock = new FixedClock();
    const [first, second] = [await published(), await published()];
    const answers = [[first], [first, second]];
    let fetches = 0;
    const keys = new JwksKeys(() => Promise.resolve({ keys: answers[Math.min(fetches++, 1)]! }), clock);
    await keys.get(kidOf(first));

    for (const kid of ['made-up', kidOf(second), undefined]) {
      await expect(keys.get(kid)).rejects.toMatchObject({ code: 'invalid_token' });
    }
    expect(fetches).toBe(1);

    clock.advance(30_000);
    await expect(keys.get(kidOf(second))).resolves.toBeDefined();
    await expect(keys.get('made-up')).rejects.toMatchObject({ code: 'invalid_token' });
    expect(fetches).toBe(2);
  });

  it('keeps the keys while accounts is away; without keys the error is 503, not 401', async () => {
    const jwk = await published();
    const clock = new FixedClock();
    const away = () => Promise.reject(new AppError('bus_unavailable', 'NATS is away'));
    const answers = [away, () => Promise.resolve({ keys: [jwk] }), away];
    const keys = new JwksKeys(() => answers.shift()!(), clock);

    await expect(keys.get(kidOf(jwk))).rejects.toMatchObject({ code: 'bus_unavailable' });
    await keys.get(kidOf(jwk));
    clock.advance(3_600_000);
    await expect(keys.get(kidOf(jwk))).resolves.toBeDefined();
  });
});
