/** A measured number beside its bar, for whoever reads the run. */
export function report(what: string, measured: number, bar: number): void {
  process.stderr.write(`  ${what}: ${Math.round(measured)} ms (bar: ${bar} ms)\n`);
}
