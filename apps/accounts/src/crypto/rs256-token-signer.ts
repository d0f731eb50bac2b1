import { generateRs256Key, Rs256Signer } from '#libs/crypto';
import type { TokenSigner } from '../application/ports/secrets.js';

export function rs256TokenSigner(): TokenSigner {
  const signer = new Rs256Signer();
  return {
    generate: async (at) => ({ ...(await generateRs256Key()), createdAt: at }),
    sign: (key, claims) => signer.sign(key, { ...claims }),
  };
}
