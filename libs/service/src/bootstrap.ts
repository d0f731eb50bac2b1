import { InvalidSettings } from './settings/settings.js';
import { effectiveSettings, start, type Running } from './start.js';
import type { Service } from './hosting/service.js';

/**
 * The whole of a `main.ts`: starts the services, stops them gracefully on SIGTERM and SIGINT, and ends the process with 1 on
 * wrong settings, on a failed start and on a fault that nobody handled (after draining). With `--check-config` it prints the
 * effective settings, secrets redacted, and ends.
 */
export async function bootstrap(name: string, services: readonly Service[]): Promise<void> {
  try {
    if (process.argv.includes('--check-config')) return checkConfig(services);
    const running = await start(name, services, process.env);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(running, 0));
    // Started with a channel: whoever started it must not be outlived, even when killed.
    process.once('disconnect', () => void end(running, 0));
    for (const fault of ['unhandledRejection', 'uncaughtException'] as const) {
      process.on(fault, (error: unknown) => {
        running.runtime.logger.fatal({ err: error }, `${fault}: the process ends`);
        void end(running, 1);
      });
    }
  } catch (error) {
    console.error(error instanceof InvalidSettings ? error.message : error);
    process.exit(1);
  }
}

function checkConfig(services: readonly Service[]): void {
  console.log(JSON.stringify(Object.fromEntries(effectiveSettings(services, process.env)), null, 2));
}

async function end(running: Running, code: number): Promise<void> {
  const { logger, settings } = running.runtime;
  const timer = setTimeout(() => {
    logger.error('not everything could be finished in time');
    process.exit(1);
  }, settings.shutdownMs);
  timer.unref();
  await running.stop();
  process.exit(code);
}
