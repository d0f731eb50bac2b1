import type { Geo } from '../domain/context.js';

/** Finds where an address is. */
export interface Places {
  /** Empty when it is not known. */
  of(address: string): Geo;
}
