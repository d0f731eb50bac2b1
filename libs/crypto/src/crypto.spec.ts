import { Secret } from '#libs/kernel';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { Argon2Hasher, type HashRank } from './argon2-hasher.js';
import { generateRs256Key, Rs256Signer } from './rs256.js';
import { deriveKey, SealedBox } from './sealed-box.js';

describe('Argon2Hasher', () => {
  const hasher = new Argon2Hasher('sign-in');

  it('hashes with the parameters of the specification, and verifies only the same text', async () => {
    const hashed = await hasher.hash('correct horse');

    const [, type, version, cost] = hashed.split('$');
    expect([type, version, cost?.split(',').toSorted()]).toEqual(['argon2id', 'v=19', ['m=19456', 'p=1', 't=2']]);
    await expect(hasher.verify(hashed, 'correct horse')).resolves.toBe(true);
    await expect(hasher.verify(hashed, 'correct horsf')).resolves.toBe(false);
    await expect(hasher.check()).resolves.toBeUndefined();
  });

  it('returns false without a hash, even for the text of the dummy hash', async () => {
    await expect(hasher.verify(undefined, 'hash of no password')).resolves.toBe(false);
  });

  it('refuses the lower ranks first when a lane is full, and serves the higher ones first', async () => {
    const keys = new Argon2Hasher('keys');
    const served: string[] = [];
    const ask = (rank: HashRank) =>
      keys.verify(undefined, 'x', rank).then(
        () => served.push(rank),
        () => 'refused',
      );
    const suspects = Array.from({ length: 30 }, () => ask('suspect'));
    const usual = Array.from({ length: 30 }, () => ask('usual'));
    const known = [ask('known')];

    expect((await Promise.all(suspects)).filter((outcome) => outcome === 'refused')).toHaveLength(30 - 25);
    expect((await Promise.all(usual)).filter((outcome) => outcome === 'refused')).toHaveLength(30 - 24);
    expect(await Promise.all(known)).not.toContain('refused');
    // One suspect was at work before the others came.
    expect(served.slice(0, 3)).toEqual(['suspect', 'known', 'usual']);
  });
});

describe('SealedBox', () => {
  const secret = new Secret('a secret of the whole platform');
  const box = new SealedBox(deriveKey(secret, 'keys'));
  const sealed = box.seal(new Secret('pem'), 'kid 1');

  it('opens what it sealed; the sealed text does not contain the secret and differs each time', () => {
    expect(box.open(sealed, 'kid 1').expose()).toBe('pem');
    expect(Buffer.from(sealed, 'base64').toString()).not.toContain('pem');
    expect(box.seal(new Secret('pem'), 'kid 1')).not.toBe(sealed);
  });

  it('throws for another label, another purpose or changed bytes', () => {
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1]! ^= 1;

    expect(() => box.open(sealed, 'kid 2')).toThrow();
    expect(() => new SealedBox(deriveKey(secret, 'other keys')).open(sealed, 'kid 1')).toThrow();
    expect(() => box.open(bytes.toString('base64'), 'kid 1')).toThrow();
  });
});

describe('Rs256Signer', () => {
  it('signs a token that the public key verifies; the same claims give the same token', async () => {
    const key = await generateRs256Key();
    const signer = new Rs256Signer();
    const claims = { sub: 'somebody', exp: 4_000_000_000 };

    const token = await signer.sign(key, claims);

    const jwks = createLocalJWKSet({ keys: [key.publicJwk] } as unknown as JSONWebKeySet);
    const { payload, protectedHeader } = await jwtVerify(token, jwks, { algorithms: ['RS256'] });
    expect(payload).toEqual(claims);
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: key.kid });
    await expect(signer.sign(key, claims)).resolves.toBe(token);
    expect(JSON.stringify(key)).not.toContain('PRIVATE KEY');
  });
});
