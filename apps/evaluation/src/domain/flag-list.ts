import { AppError } from '#libs/kernel';

const MAX_FLAGS = 500;

/** The flags asked for, sorted, without duplicates; `undefined` means all. @throws AppError `invalid_type`, `too_many_flags` */
export function parseFlags(flags: unknown): readonly string[] | undefined {
  if (flags === undefined) return undefined;
  if (!Array.isArray(flags) || !flags.every((key) => typeof key === 'string')) {
    throw new AppError('invalid_type', 'flags must be a list of flag keys', [
      { field: 'flags', message: 'must be a list of strings' },
    ]);
  }
  if (flags.length > MAX_FLAGS) {
    throw new AppError('too_many_flags', `Ask for at most ${MAX_FLAGS} flags`, [
      { field: 'flags', message: 'too many' },
    ]);
  }
  return [...new Set(flags)].toSorted();
}
