/** Keys of the live flags in order. The order is kept when single keys are added or removed. */
export class LiveKeys {
  private keys: string[] | undefined;

  constructor(private readonly collect: () => Iterable<string>) {}

  get sorted(): readonly string[] {
    return (this.keys ??= [...new Set(this.collect())].sort());
  }

  /** Adds or removes a key. Returns `list_changed` if that changed the list, else the key's index or `absent`. */
  set(key: string, isLive: boolean): number | 'absent' | 'list_changed' {
    if (this.keys === undefined) return 'list_changed';
    const at = insertionIndex(this.keys, key);
    const wasLive = this.keys[at] === key;
    if (wasLive === isLive) return isLive ? at : 'absent';
    if (wasLive) this.keys.splice(at, 1);
    else this.keys.splice(at, 0, key);
    return 'list_changed';
  }

  reset(): void {
    this.keys = undefined;
  }
}

/** Index of `key`, or the index at which it must be inserted. */
function insertionIndex(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
