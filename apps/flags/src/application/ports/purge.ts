/** Rows that are kept for a while after they were deleted. */
export interface PurgeStore {
  purge(deletedBefore: Date): Promise<void>;
}
