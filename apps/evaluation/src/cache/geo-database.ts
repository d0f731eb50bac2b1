import { readFile, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { Reader, validate, type CityResponse } from 'maxmind';
import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
import type { Places } from '../application/places.js';
import type { Geo } from '../domain/context.js';

const CHECK_MS = 10_000;
const MAX_FILE_BYTES = 1024 * 1024 * 1024;
/** Decoded records; one takes about a kilobyte. */
const MAX_CACHED = 5_000;

/** A MaxMind file in memory. It is read again when it changes; until a new one is read, and when it cannot be, the old one serves. */
export class GeoDatabase implements Places {
  #reader: Reader<CityResponse> | undefined;
  #stamp = '';

  constructor(
    private readonly path: string,
    private readonly logger: Logger,
  ) {}

  readonly job: Job = { name: 'reading the geo database', everyMs: CHECK_MS, run: () => this.refresh() };

  of(address: string): Geo {
    const found = validate(address) ? this.#find(address) : null;
    if (found === null) return {};
    const { country, subdivisions, city } = found;
    const places = { country: country?.iso_code, region: subdivisions?.[0]?.iso_code, city: city?.names?.en };
    return Object.fromEntries(Object.entries(places).filter(([, place]) => typeof place === 'string'));
  }

  #find(address: string): CityResponse | null {
    try {
      return this.#reader?.get(address) ?? null;
    } catch (error) {
      this.#reader = undefined;
      this.logger.error({ err: error }, 'the geo database is corrupt; it is not used until the file changes');
      return null;
    }
  }

  /** Reads the file if it changed. @throws when it cannot be read, or is no MaxMind file */
  async refresh(): Promise<void> {
    const { mtimeMs, size, ino } = await stat(this.path);
    const stamp = `${ino} ${size} ${mtimeMs}`;
    if (stamp === this.#stamp) return;
    if (size > MAX_FILE_BYTES) throw new Error(`The geo database is larger than ${MAX_FILE_BYTES} bytes`);
    const cache = new LRUCache<string | number, NonNullable<unknown>>({ max: MAX_CACHED });
    this.#reader = new Reader<CityResponse>(await readFile(this.path), { cache });
    this.#stamp = stamp;
  }
}
