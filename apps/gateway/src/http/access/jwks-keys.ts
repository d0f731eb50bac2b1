import { importJWK, type CryptoKey, type JWK } from 'jose';
import { AppError, type Clock } from '#libs/kernel';

const REFRESH_MS = 30_000;

/**
 * The public keys of access tokens, by `kid`. An unknown `kid` fetches the keys again, at most once per 30 s, so that forged tokens
 * cost no request. Failed fetches do not count.
 */
export class JwksKeys {
  #keys: ReadonlyMap<string, CryptoKey> = new Map();
  #fetchedAt = -Infinity;
  #fetching: Promise<void> | undefined;

  constructor(
    private readonly fetchJwks: () => Promise<{ readonly keys: readonly object[] }>,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError `invalid_token` for an unknown `kid` */
  async get(kid: string | undefined): Promise<CryptoKey> {
    const known = this.#find(kid) ?? (this.#mayAsk() ? (await this.#refresh(), this.#find(kid)) : undefined);
    if (known === undefined)
      throw new AppError('invalid_token', 'The access token is not signed by a key of this platform');
    return known;
  }

  #find(kid: string | undefined): CryptoKey | undefined {
    return kid === undefined ? undefined : this.#keys.get(kid);
  }

  #mayAsk(): boolean {
    return this.#fetching !== undefined || this.clock.now().getTime() - this.#fetchedAt >= REFRESH_MS;
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { keys } = await this.fetchJwks();
    this.#keys = new Map(await Promise.all(keys.map(imported)));
    this.#fetchedAt = this.clock.now().getTime();
  }
}

async function imported(jwk: JWK): Promise<[string, CryptoKey]> {
  return [jwk.kid ?? '', (await importJWK(jwk, 'RS256')) as CryptoKey];
}
