import { access, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary } from './binaries.js';
import { run } from '../process/run.js';

/** Packages by server: the names are the same on Debian and in Homebrew but for Redis. */
const packages = {
  'nats-server': { apt: 'nats-server', brew: 'nats-server' },
  'redis-server': { apt: 'redis-server', brew: 'redis' },
} as const;

/** A server that is installed as a package when the machine lacks it. */
export type PackagedServer = keyof typeof packages;

const policyFile = '/usr/sbin/policy-rc.d';
const installWithinMs = 300_000;

/**
 * The path of a server's program; installs its package when the machine has none.
 *
 * @throws Error with three alternatives when it can be neither found nor installed
 */
export async function findOrInstall(server: PackagedServer, print: (line: string) => void): Promise<string> {
  const found = findBinary(server);
  if (found !== undefined) return found;
  const reason = await install(server, print).then(
    () => 'the package does not contain it',
    (error: unknown) => (error as Error).message.trim().split('\n').at(-1) ?? '',
  );
  const installed = findBinary(server);
  if (installed === undefined) throw new Error(alternativesTo(server, reason));
  return installed;
}

/** The error message for a machine that lacks a server. */
export function alternativesTo(server: PackagedServer, reason: string): string {
  const variable = server === 'nats-server' ? 'LOOM_NATS_URL' : 'LOOM_REDIS_URL';
  const { apt, brew } = packages[server];
  return [
    `${server} is not on this machine and could not be installed (${reason}). Alternatives:`,
    `  1. install it:              sudo apt-get install -y ${apt}   (on a Mac: brew install ${brew})`,
    `  2. use containers:          docker compose up`,
    `  3. use a running server:    ${variable}=… npm start`,
  ].join('\n');
}

async function install(server: PackagedServer, print: (line: string) => void): Promise<void> {
  if (findBinary('apt-get') !== undefined) return installWithApt(packages[server].apt, print);
  const brew = findBinary('brew');
  if (brew === undefined) throw new Error('neither apt-get nor brew is there');
  print(`Installing ${server} with brew …`);
  await run(brew, ['install', packages[server].brew], { timeout: installWithinMs });
}

async function installWithApt(name: string, print: (line: string) => void): Promise<void> {
  const asRoot = await rootCommand();
  print(`Installing ${name} with apt-get …`);
  const silenced = await silencePackageServices();
  try {
    await apt(asRoot, ['update']).catch(() => undefined);
    await apt(asRoot, ['install', '-y', '--no-install-recommends', name]).catch(async () => {
      // Another start may hold the package lists at this moment.
      await sleep(10_000);
      await apt(asRoot, ['install', '-y', '--no-install-recommends', name]);
    });
  } finally {
    if (silenced) await rm(policyFile, { force: true });
  }
}

function apt(asRoot: readonly string[], args: readonly string[]): Promise<string> {
  const line = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-q'];
  const [file = 'env', ...rest] = [...line, '-o', 'DPkg::Lock::Timeout=120', ...args];
  return run(file, rest, { timeout: installWithinMs });
}

async function rootCommand(): Promise<string[]> {
  if (process.getuid?.() === 0) return [];
  const sudo = findBinary('sudo');
  if (sudo === undefined) throw new Error('installing needs root');
  await run(sudo, ['-n', 'true'], { timeout: 10_000 }).catch(() => {
    throw new Error('installing needs root, and sudo asks for a password');
  });
  return [sudo, '-n'];
}

/**
 * Debian starts a service when its package is installed; a policy of 101 forbids that. Only root can write the policy, and an
 * administrator's own policy stays. With sudo alone the service may start: it listens on its standard port, which Loom does not use.
 */
async function silencePackageServices(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const exists = await access(policyFile).then(
    () => true,
    () => false,
  );
  if (exists) return false;
  await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return true;
}
