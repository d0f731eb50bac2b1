import type { Scope } from '#libs/contracts';
import type { Change } from '../domain/documents.js';
import type { Frame } from './frames.js';

/** One change of a scope. */
export interface JournalEntry {
  readonly epoch: string;
  readonly version: number;
  readonly changes: readonly Change[];
}

/** The last changes of each scope, shared by all processes. */
export interface DeltaArchive {
  /**
   * Reads the changes up to the one that led to version `to`, oldest first and without gaps: as far back as they are kept, at most to
   * `from`. @throws when the archive is not available
   */
  read(scope: Scope, epoch: string, from: number, to: number): Promise<readonly JournalEntry[]>;
}

/** The receiver of a stream. */
export interface Reader {
  /** Writes a frame that many readers share; a reader ends itself when its backlog grows too large. */
  write(frame: Frame): void;
}
