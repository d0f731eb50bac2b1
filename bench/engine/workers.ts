/** The last line, and the end: SDKs leave timers and threads behind. */
export function answerWith(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

/** What this thread alone has worked, in milliseconds: other work on the machine does not count. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
