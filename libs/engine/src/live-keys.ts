/** Keys in order, kept so while single keys come and go. */
export class LiveKeys {
  private keys: string[] | undefined;

  constructor(private readonly collect: () => Iterable<string>) {}

  get sorted(): readonly string[] {
    return (this.keys ??= [...new Set(this.collect())].sort());
  }

  /** Returns where the key stands when the list is the same as before: `absent` when it is not in it. */
  set(key: string, isLive: boolean): number | 'absent' | 'list_changed' {
    if (this.keys === undefined) return 'list_changed';
    const at = position(this.keys, key);
    const wasLive = this.keys[at] === key;
    if (wasLive === isLive) return isLive ? at : 'absent';
    if (wasLive) this.keys.splice(at, 1);
    else this.keys.splice(at, 0, key);
    return 'list_changed';
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
