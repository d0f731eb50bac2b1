import { isIP } from 'node:net';
import { z } from 'zod';

/** The proxies in front of this process: their number, or their networks. */
export type TrustProxy = number | readonly string[];

const MAX_HOPS = 10;
/** Names of networks: 127.0.0.0/8 and ::1 · link-local addresses · private addresses. */
const NAMED = new Set(['loopback', 'linklocal', 'uniquelocal']);
const RULE =
  'is the number of proxies in front of this process, 0 to 10, or their addresses and networks, joined by commas, like 10.0.0.0/8,loopback';
const TRUE =
  'is not `true`, which would let every client choose its own address: set the number of proxies in front of this process';

/**
 * Schema of `LOOM_TRUST_PROXY`. A number n: the client is the n-th address from the right of `X-Forwarded-For`, since each proxy
 * appends the address that it was called from, and everything further left is the client's own text. Networks: the client is the first
 * address from the right that is in none of them.
 */
export const trustProxy = z.string().transform((text, context): TrustProxy => {
  if (/^(0|[1-9][0-9]?)$/.test(text) && Number(text) <= MAX_HOPS) return Number(text);
  const networks = text.split(',');
  if (networks.every(isNetwork)) return networks;
  context.addIssue({ code: 'custom', message: text.trim().toLowerCase() === 'true' ? TRUE : RULE });
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  if (NAMED.has(text)) return true;
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return prefix === undefined || (/^(0|[1-9][0-9]{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}
