/** Prints a measured number beside its limit. */
export function report(what: string, measured: number, bar: number): void {
  process.stderr.write(`  ${what}: ${Math.round(measured)} ms (bar: ${bar} ms)\n`);
}
