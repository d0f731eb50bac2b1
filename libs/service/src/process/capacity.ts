import { StreamPlaces, type ConnectionBound } from '#libs/http';
import type { Logger } from '#libs/observability';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { openFiles } from './open-files.js';

/** File descriptors for everything but connections of clients: databases, the bus, upstreams, files. */
const OWN_FILES = 512;

/** The places of streams; logs a warning when the process may open too few files for the setting. */
export function streamPlaces({ streams: { maxOpen: max } }: PlatformSettings, logger: Logger): StreamPlaces {
  const descriptors = openFiles();
  const places = new StreamPlaces({ max, descriptors });
  if (places.max < max) {
    const advice = `this process may open ${descriptors} files and keeps at most ${places.max} streams open: raise the limit (ulimit -n)`;
    logger.warn(`LOOM_STREAM_MAX_OPEN is ${max}, but ${advice}`);
  }
  return places;
}

/** The connections that leave enough file descriptors for the rest of the process. */
export function connectionBound(places: StreamPlaces): ConnectionBound | undefined {
  const descriptors = openFiles();
  if (descriptors === undefined) return undefined;
  const own = Math.min(OWN_FILES, Math.ceil(descriptors / 4));
  return { max: () => descriptors - own - places.further, spare: Math.floor(own / 2) };
}
