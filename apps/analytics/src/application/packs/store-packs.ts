import { rowFault } from '../../domain/row-faults.js';
import { storeMost, type StoreAll } from '../../domain/store-most.js';
import { UnfitData, type Pack, type PackStore, type StoreResult } from './ports.js';

/** A pack as it was delivered. */
export interface IncomingPack extends Pack {
  /** Writes a dead letter of the pack, or of one of its rows. Resolves once the letter is stored. */
  readonly bury: (reason: string, row?: DeadRow) => Promise<void>;
}

interface DeadRow {
  /** The same in each delivery of the pack. */
  readonly id: string;
  readonly data: string;
}

/**
 * Stores many packs at once. When the database rejects their data, the good packs are stored first, then the good rows of the bad
 * packs, and each bad row becomes a dead letter of its own. A second delivery stores nothing.
 */
export class StorePacks {
  constructor(
    private readonly events: PackStore,
    private readonly onStored: (result: StoreResult) => void,
  ) {}

  /** @throws AppError, retryable, when the store or the stream of dead letters is unreachable: deliver the packs again */
  async execute(packs: readonly IncomingPack[]): Promise<void> {
    for (const { item } of await storeMost(packs, this.#store)) await this.#storeRows(item);
  }

  readonly #store: StoreAll<Pack> = async (packs) => {
    try {
      this.onStored(await this.events.store(packs));
      return undefined;
    } catch (error) {
      if (error instanceof UnfitData) return error.reason;
      throw error;
    }
  };

  /** Stores the good rows of a pack that was rejected. */
  async #storeRows(pack: IncomingPack): Promise<void> {
    const rows = parseRows(pack.rows);
    if (rows === undefined) return pack.bury('not a JSON array of events');
    const numbered = rows.map((row, index) => ({ index, row, reason: rowFault(row) }));
    const refused = await storeMost(
      numbered.filter(({ reason }) => reason === undefined),
      (some) => this.#store([{ orgId: pack.orgId, rows: Buffer.from(JSON.stringify(some.map(({ row }) => row))) }]),
    );
    const unfit = numbered.flatMap(({ reason, ...item }) => (reason === undefined ? [] : [{ item, reason }]));
    for (const { item, reason } of [...unfit, ...refused]) {
      await pack.bury(reason, { id: String(item.index), data: JSON.stringify(item.row) });
    }
  }
}

function parseRows(text: Uint8Array): readonly unknown[] | undefined {
  try {
    const rows: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
    return Array.isArray(rows) ? rows : undefined;
  } catch {
    return undefined;
  }
}
