import { PLATFORM, systemOrigin, type Origin } from '#libs/contracts';
import type { HandleOptions } from '#libs/service';

/** For requests of people that have not signed in: they may come without an origin. */
export const asStranger: HandleOptions = { fallbackOrigin: (): Origin => systemOrigin(PLATFORM, 'unknown') };
