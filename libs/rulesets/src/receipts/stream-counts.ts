import { streamsField } from '#libs/contracts';

/** An open stream, as receipts count it. */
export interface CountedStream {
  readonly orgId: string;
  /** Short, without line breaks, as `sdkVersion`. */
  readonly sdk: string;
  readonly sdkVersion: string;
  /** The newest version of which the reader's system has taken all frames. */
  readonly acknowledged: string | undefined;
}
/** Streams of one SDK at the same version. */
export interface StreamGroup {
  readonly sdk: string;
  readonly sdk_version: string;
  readonly acknowledged: string | null;
  readonly connections: number;
}

/** Upper bound per organization, since the names come from clients. */
const MAX_GROUPS = 100;
const OTHERS = 'other';

/** Open streams counted by organization, SDK and what they have acknowledged. */
export class StreamCounts {
  #all: () => Iterable<CountedStream> = () => [];
  #texts = new Map<string, string>();
  readonly #changed = new Set<string>();

  of(all: () => Iterable<CountedStream>): void {
    this.#all = all;
  }

  /** Counts again. Returns whether any count differs from the last one taken. */
  count(): boolean {
    const before = this.#texts;
    this.#texts = new Map([...countsOf(this.#all())].map(([orgId, counts]) => [streamsField(orgId), textOf(counts)]));
    for (const field of new Set([...before.keys(), ...this.#texts.keys()])) {
      if (before.get(field) !== this.#texts.get(field)) this.#changed.add(field);
    }
    return this.#changed.size > 0;
  }

  /** Fields that differ from those taken last; `undefined`: removed. */
  takeChanged(): Map<string, string | undefined> {
    const changed = new Map([...this.#changed].map((field) => [field, this.#texts.get(field)]));
    this.#changed.clear();
    return changed;
  }

  takeAll(): Map<string, string> {
    this.#changed.clear();
    return this.#texts;
  }
}

/** By organization: the number of streams for each SDK, SDK version and acknowledged version. One pass: there may be ten thousand. */
function countsOf(streams: Iterable<CountedStream>): Map<string, Map<string, number>> {
  const byOrganization = new Map<string, Map<string, number>>();
  for (const { orgId, sdk, sdkVersion, acknowledged } of streams) {
    let counts = byOrganization.get(orgId);
    if (counts === undefined) byOrganization.set(orgId, (counts = new Map<string, number>()));
    const key = `${sdk}\n${sdkVersion}\n${acknowledged ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return byOrganization;
}

function textOf(counts: ReadonlyMap<string, number>): string {
  const groups = [...counts].map(([key, connections]) => groupOf(key, connections));
  const largest = groups.toSorted((a, b) => b.connections - a.connections);
  const others = largest.splice(MAX_GROUPS).reduce((sum, { connections }) => sum + connections, 0);
  if (others > 0) largest.push({ sdk: OTHERS, sdk_version: '', acknowledged: null, connections: others });
  return JSON.stringify(largest);
}

function groupOf(key: string, connections: number): StreamGroup {
  const [sdk = '', sdk_version = '', acknowledged = ''] = key.split('\n');
  return { sdk, sdk_version, acknowledged: acknowledged === '' ? null : acknowledged, connections };
}
