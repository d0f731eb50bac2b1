import { readFile } from 'node:fs/promises';
import { asNatsUser, freePort } from '#libs/local-servers';
import { ServiceProcess } from './service-process.js';

/**
 * Every service in its own process, the gateway in front on LOOM_HTTP_PORT: the layout of Kubernetes on one machine. Takes the same
 * settings as `standalone` and can replace it (`npm run start:split`).
 */
const INTERNAL = ['accounts', 'flags', 'audit', 'analytics'] as const;
const SDK_FACING = ['evaluation', 'streaming', 'capture'] as const;

const processes: ServiceProcess[] = [];

async function launch(service: string, env: NodeJS.ProcessEnv): Promise<string> {
  const port = env['LOOM_HTTP_PORT'] ?? String(await freePort());
  const settings = { ...process.env, ...env, LOOM_HTTP_PORT: port };
  const one = new ServiceProcess(service, { ...settings, ...(await ownNatsUser(service)) });
  processes.push(one);
  await one.start();
  return one.url;
}

/** Each service connects to NATS as its own user, with the permissions of production, when the passwords are known. */
async function ownNatsUser(service: string): Promise<NodeJS.ProcessEnv> {
  const { LOOM_NATS_URL: url, LOOM_NATS_PASSWORDS: file } = process.env;
  if (url === undefined || file === undefined || file === '') return {};
  const passwords = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
  return { LOOM_NATS_URL: asNatsUser(url, service, passwords) };
}

async function launchAll(): Promise<void> {
  // The gateway forwards the caller's address; other processes on this machine may too, the rest of the network may not.
  const quiet = { LOOM_HTTP_PORT: undefined, LOOM_TRUST_PROXY: 'loopback' };
  const [evaluation, streaming, capture] = await Promise.all([
    ...SDK_FACING.map((service) => launch(service, quiet)),
    ...INTERNAL.map((service) => launch(service, quiet)),
  ]);
  const front = { LOOM_EVALUATION_URL: evaluation, LOOM_STREAMING_URL: streaming, LOOM_CAPTURE_URL: capture };
  await launch('gateway', { ...front, LOOM_HTTP_PORT: process.env['LOOM_HTTP_PORT'] ?? '8080' });
}

let ending = false;

/** Stops the gateway first, so that no request comes in while the others stop. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  const [gateway, ...rest] = processes.toReversed();
  await gateway?.stop();
  await Promise.all(rest.map((one) => one.stop()));
  process.exit(code);
}

for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal as 'SIGTERM', () => void end(0));
launchAll().catch((error: unknown) => {
  if (ending) return;
  console.error(error instanceof Error ? error.message : error);
  void end(1);
});
