export function jitter(from: number, to: number): number {
  return Math.round(from + Math.random() * (to - from));
}
