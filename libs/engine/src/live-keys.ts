/** Keys in order, kept so while single keys come and go. */
export class LiveKeys {
  private keys: string[] | undefined;

  constructor(private readonly collect: () => Iterable<string>) {}

  get sorted(): readonly string[] {
    return (this.keys ??= [...new Set(this.collect())].sort());
  }

  /** Returns whether the list changed. */
  set(key: string, isLive: boolean): boolean {
    if (this.keys === undefined) return true;
    const at = position(this.keys, key);
    if ((this.keys[at] === key) === isLive) return false;
    this.keys.splice(at, isLive ? 0 : 1, ...(isLive ? [key] : []));
    return true;
  }

  forget(): void {
    this.keys = undefined;
  }
}

/** Where `key` is, or belongs. */
function position(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
