import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MakeContender } from './contender.js';
import { floor } from './floor.js';
import { ladenLoom, loom } from './loom.js';

/** SDKs from npm; each has an adapter of its name in `peers/`. */
export const PEERS = [
  'flagd-core',
  'configcat',
  'growthbook',
  'launchdarkly',
  'unleash',
  'statsig',
  'flipt',
  'flagsmith',
  'posthog',
] as const;

/** The adapters and their SDKs are not compiled and not among the project's dependencies; seen from its root. */
export const PEERS_FOLDER = path.resolve('bench/engine/peers');

const own: Readonly<Record<string, MakeContender>> = { floor, loom, laden: ladenLoom };

/** @throws when it is not installed */
export async function contenderCalled(name: string): Promise<MakeContender> {
  const known = own[name];
  if (known !== undefined) return known;
  const adapter: unknown = await import(pathToFileURL(path.join(PEERS_FOLDER, `${name}.mjs`)).href);
  return (adapter as { readonly make: MakeContender }).make;
}
