/** Upper bound of the uses that a refusal names. */
const MAX_USES = 100;
/** Candidates read at a time: rules of a flag have up to 512 KiB. */
export const CANDIDATES = 20;

/**
 * The first uses among candidates, at most `MAX_USES`. SQL finds candidates, any row that contains the name somewhere; `isUse`
 * walks its conditions and decides.
 */
export async function firstUses<R>(
  candidates: (after: R | undefined) => Promise<readonly R[]>,
  isUse: (candidate: R) => boolean,
): Promise<readonly R[]> {
  const uses: R[] = [];
  for (let after: R | undefined; ;) {
    const batch = await candidates(after);
    uses.push(...batch.filter(isUse).slice(0, MAX_USES - uses.length));
    after = batch.at(-1);
    if (batch.length < CANDIDATES || uses.length === MAX_USES) return uses;
  }
}
