import type { IncomingHttpHeaders } from 'node:http';
import { addressOf } from '#libs/kernel';

const NAME = 'x-forwarded-for';

/** Removes ports from `X-Forwarded-For`, which some proxies write: else each connection of a client looks like another address. */
export function dropForwardedPorts(headers: IncomingHttpHeaders): void {
  const given = headers[NAME];
  if (given !== undefined) headers[NAME] = [given].flat().join(',').split(',').map(addressOf).join(', '); // prettier-ignore
}
