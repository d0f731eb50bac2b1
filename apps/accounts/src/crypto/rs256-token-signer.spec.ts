import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { rs256TokenSigner } from './rs256-token-signer.js';

const at = new Date('2026-03-01T10:00:00.000Z');
const partOf = (token: string, index: number): Buffer => Buffer.from(token.split('.')[index]!, 'base64url');
const jsonOf = (token: string, index: number): unknown => JSON.parse(partOf(token, index).toString());

function isSignedBy(token: string, jwk: Readonly<Record<string, unknown>>): boolean {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  return verify('sha256', Buffer.from(token.split('.').slice(0, 2).join('.')), key, partOf(token, 2));
}

describe('the RS256 signer', () => {
  it('signs tokens that name their key and verify with the published half of it alone', async () => {
    const signer = rs256TokenSigner();
    const [key, other] = [await signer.generate(at), await signer.generate(at)];

    const claims = { iss: 'loom', aud: 'loom', sub: 'ann', sid: 's1', iat: 1, exp: 2 };
    const token = await signer.sign({ ...key, signsFrom: at }, claims);

    expect(jsonOf(token, 0)).toMatchObject({ alg: 'RS256', kid: key.kid });
    expect(jsonOf(token, 1)).toEqual(claims);
    expect(isSignedBy(token, key.publicJwk)).toBe(true);
    expect(isSignedBy(token, other.publicJwk)).toBe(false);
  });

  it('publishes no private part, and hides it in logs', async () => {
    const key = await rs256TokenSigner().generate(at);

    expect(key.createdAt).toEqual(at);
    expect(Object.keys(key.publicJwk)).not.toEqual(expect.arrayContaining(['d']));
    expect(JSON.stringify(key)).not.toContain('PRIVATE KEY');
  });
});
