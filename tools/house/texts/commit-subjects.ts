import type { House, Violation } from '../house.js';

const LONGEST = 72;

/** The subject of a commit fits in one line of a log. */
export function commitSubjects({ commits }: House): readonly Violation[] {
  return commits
    .filter(({ subject }) => subject.length > LONGEST)
    .map(({ hash, subject }) => ({ path: hash, message: `${subject.length} characters: ${subject}` }));
}
