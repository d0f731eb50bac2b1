/** The value below which `share` (0 to 1) of the samples lie; NaN of none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Lowest and highest of a statistic over the rounds. */
export function spreadOf(
  rounds: readonly (readonly number[])[],
  statistic: (samples: readonly number[]) => number,
): readonly [number, number] {
  const values = rounds.map(statistic);
  return [Math.min(...values), Math.max(...values)];
}
