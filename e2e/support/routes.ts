import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Platform, Route } from '#libs/testing';

const run = promisify(execFile);
const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH'];
const SAMPLES: Readonly<Record<string, string>> = { key: 'no.such_flag', env: 'dev' };
const SAMPLE_ID = '01900000-0000-7000-8000-0000000000e1';

/**
 * Every route of a platform's router, without HEAD and OPTIONS. A separate process registers the same routes, with addresses
 * of servers that do not exist, and prints them.
 */
export async function runningRoutes({ env: own }: Platform): Promise<readonly Route[]> {
  const env = { ...process.env, ...own, LOOM_NATS_URL: 'nats://127.0.0.1:1', NODE_OPTIONS: '' };
  const { stdout } = await run(process.execPath, ['e2e/support/print-routes.mjs'], { env, timeout: 30_000 });
  const all = JSON.parse(stdout) as Route[];
  return all.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
}

export function takesBody({ method }: Route): boolean {
  return WITH_BODY.includes(method);
}

/** The path of a route, with the organization, or else with samples that name nothing, for its parameters. */
export function pathOf({ url }: Route, orgId: string): string {
  return url.replaceAll(/:([A-Za-z_]+)/g, (_match, name: string) =>
    name === 'org' ? orgId : (SAMPLES[name] ?? SAMPLE_ID),
  );
}
