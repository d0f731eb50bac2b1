// Evaluated first, before anything that an old Node cannot load.
import './node/require-node.js';
import { createLogger } from '#libs/observability';
import { InvalidSettings } from './settings/settings.js';
import { effectiveSettings, start, type Running } from './start.js';
import type { Service } from './hosting/service.js';

/**
 * The body of every `main.ts`: starts the services and stops them gracefully on SIGTERM and SIGINT. Exits with code 1 on invalid
 * settings, on a failed start and, after a graceful stop, on an unhandled rejection or uncaught exception. `--check-config`
 * prints the effective settings with secrets redacted, and exits.
 */
export async function bootstrap(name: string, services: readonly Service[]): Promise<void> {
  try {
    if (process.argv.includes('--check-config')) return checkConfig(services);
    const running = await start(name, services, process.env);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(running, 0));
    // A parent process with an IPC channel ended, perhaps by SIGKILL: this process must not outlive it.
    process.once('disconnect', () => void end(running, 0));
    for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
      process.on(event, (error: unknown) => {
        running.runtime.logger.fatal({ err: error }, `${event}: the process ends`);
        void end(running, 1);
      });
    }
  } catch (error) {
    if (error instanceof InvalidSettings) console.error(error.message);
    // A line of the logger, since the error may hold what its library was given.
    else createLogger({ service: name }).fatal({ err: error }, 'the process could not start');
    process.exit(1);
  }
}

function checkConfig(services: readonly Service[]): void {
  console.log(JSON.stringify(Object.fromEntries(effectiveSettings(services, process.env)), null, 2));
}

async function end(running: Running, code: number): Promise<void> {
  const { logger, settings } = running.runtime;
  const timer = setTimeout(() => {
    logger.error('the graceful stop took longer than LOOM_SHUTDOWN_MS: requests or messages at work are cut off');
    process.exit(1);
  }, settings.shutdownMs);
  timer.unref();
  try {
    await running.stop();
  } catch (error) {
    logger.error({ err: error }, 'the process could not be stopped gracefully');
    process.exit(1);
  }
  process.exit(code);
}
