import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/** Below what kernels hand out by themselves (32768 on Linux, 49152 on macOS): no outgoing connection sits on one of these. */
const FIRST_PORT = 20_000;
const PORTS = 8_000;
/** From a claimed port down to its twin, on which this process listens as long as it lives. */
const GUARD_DISTANCE = 8_000;
const TRIES = 200;
/** Twins of the ports that this process has claimed. */
const guards = new Map<number, Server>();

/**
 * A free port of 127.0.0.1 that no other caller gets from here or from `claimPort` while this process lives, however often its
 * server is killed and started.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (!guards.has(port) && (await claimPort(port))) return port;
  }
  throw new Error(`None of ${TRIES} ports that were tried is free`);
}

/**
 * Takes a port of `freePort` again: false when another process has it, or uses it. The claim is a socket that listens on its twin,
 * so two processes cannot both succeed, and a claim ends with its process however that ends; within it, it may be made again.
 */
export async function claimPort(port: number): Promise<boolean> {
  if (port < FIRST_PORT || port >= FIRST_PORT + PORTS) return isPortFree(port);
  const guard = guards.get(port) ?? (await listenOn(port - GUARD_DISTANCE));
  if (guard === undefined) return false;
  guards.set(port, guard);
  if (await isPortFree(port)) return true;
  guards.delete(port);
  guard.close();
  return false;
}

/** True when a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  const probe = await listenOn(port);
  if (probe === undefined) return false;
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

/** Resolves with a server that does not keep the process alive; `undefined` when the port is taken. */
function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The first bytes that a server of 127.0.0.1 sends, after `question` when given; '' when none came within a second. */
export function firstBytes(port: number, question = ''): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const end = (text: string): void => {
      socket.destroy();
      resolve(text);
    };
    socket.once('connect', () => question !== '' && socket.write(question));
    socket.once('data', (data) => end(data.toString('utf8')));
    socket.once('timeout', () => end(''));
    socket.once('error', () => end(''));
    socket.once('close', () => end(''));
  });
}
