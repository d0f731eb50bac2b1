import { z } from 'zod';
import type { KeyRecord, RulesetDocument } from '#libs/contracts';
import type { KeyCheck } from '#libs/api-keys';
import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
import type { RulesetReplica, ScopeState, SnapshotFile } from '#libs/rulesets';

const PERIOD_MS = 2_000;
/** When only the time of the confirmation has changed, the file is written less often. */
const CONFIRMED_STEP_MS = 30_000;

/** The lines of the file in this order: one head, one per scope, one per key. */
const Head = z.object({
  format: z.literal(1),
  confirmed_at: z.number(),
  scopes: z.number().int(),
});
const ScopeLine = z.object({
  scope: z.string(),
  epoch: z.string(),
  version: z.number().int(),
  documents: z.array(z.custom<RulesetDocument>()),
});
const KeyLine = z.object({ confirmed_at: z.number(), record: z.custom<KeyRecord>((value) => value instanceof Object) });

export interface SnapshotKeeperParts {
  readonly file: SnapshotFile;
  readonly replica: RulesetReplica;
  readonly keys: KeyCheck;
  readonly logger: Logger;
}

/** Keeps the rulesets and keys of an evaluator on disk, so that it can start while everything else is down (specification 05). */
export class SnapshotKeeper {
  #writing: Promise<void> | undefined;
  #hasChanged = false;
  /** Logs the first failure in a row only. */
  #isFailing = false;
  #written = { confirmedAt: 0, keyChanges: 0 };

  constructor(private readonly parts: SnapshotKeeperParts) {}

  /** Restores replica and keys from the file; call it before either is started. A file that cannot be used counts as none. */
  async start(): Promise<void> {
    await this.#restore().catch((error: unknown) =>
      this.parts.logger.warn({ err: error }, 'the snapshot file cannot be used'),
    );
    this.parts.replica.onUpdate(() => (this.#hasChanged = true));
  }

  get job(): Job {
    const run = async (): Promise<void> => (this.#isDue(CONFIRMED_STEP_MS) ? this.#save() : undefined);
    return { name: 'the snapshot file', everyMs: PERIOD_MS, firstAfterMs: PERIOD_MS, run };
  }

  /** Writes changes that are not written yet. Never throws. */
  async stop(): Promise<void> {
    await this.#writing;
    if (this.#isDue(1)) await this.#save();
  }

  async #restore(): Promise<void> {
    const { file, replica, keys, logger } = this.parts;
    const [head, ...rest] = ((await file.read()) ?? []).map((line) => JSON.parse(line) as unknown);
    if (head === undefined) return;
    const { confirmed_at, scopes } = Head.parse(head);
    const snapshots = z.array(ScopeLine).parse(rest.slice(0, scopes));
    const records = z.array(KeyLine).parse(rest.slice(scopes));
    replica.restore(snapshots, confirmed_at);
    keys.remember(records.map(({ record, confirmed_at }) => ({ record, confirmedAt: confirmed_at })));
    this.#written.confirmedAt = confirmed_at;
    logger.info({ scopes, confirmed_at: new Date(confirmed_at).toISOString() }, 'starts with the snapshot file');
  }

  #isDue(confirmedStepMs: number): boolean {
    const { replica, keys } = this.parts;
    // A process without rulesets must not overwrite the file of an earlier start.
    if (replica.confirmedAt === 0 || replica.scopes.size === 0) return false;
    const isConfirmed = replica.confirmedAt - this.#written.confirmedAt >= confirmedStepMs;
    return this.#hasChanged || keys.changes !== this.#written.keyChanges || isConfirmed;
  }

  #save(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { file, replica, keys, logger } = this.parts;
    const written = { confirmedAt: replica.confirmedAt, keyChanges: keys.changes };
    this.#hasChanged = false;
    try {
      await file.write(this.#lines(written.confirmedAt));
      this.#written = written;
      this.#isFailing = false;
    } catch (error) {
      this.#hasChanged = true;
      if (!this.#isFailing) logger.warn({ err: error }, 'the snapshot file cannot be written');
      this.#isFailing = true;
    }
  }

  /** Each scope as it is when its line is read: never older than the head states. */
  *#lines(confirmedAt: number): Iterable<string> {
    const scopes = this.parts.replica.scopes.all();
    yield JSON.stringify({ format: 1, confirmed_at: confirmedAt, scopes: scopes.length } satisfies z.infer<
      typeof Head
    >);
    for (const scope of scopes) yield scopeLine(scope);
    for (const { record, confirmedAt: confirmed_at } of this.parts.keys.confirmed()) {
      yield JSON.stringify({ confirmed_at, record } satisfies z.infer<typeof KeyLine>);
    }
  }
}

function scopeLine({ scope, epoch, version, documents }: ScopeState): string {
  return JSON.stringify({ scope, epoch, version, documents: [...documents.values()] } satisfies z.infer<
    typeof ScopeLine
  >);
}
