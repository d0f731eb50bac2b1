import { RE2JS } from 're2js';

export const MAX_PATTERN = 256;
export const MAX_SUBJECT = 1_024;
/** Instructions of a compiled pattern: time per character grows with them, and `(a{100}){10}` is short to write. */
const MAX_PROGRAM = 256;

/** A pattern in RE2 syntax, which has no catastrophic cases; `undefined` when it is too long, too large or no RE2. */
export function compilePattern(pattern: unknown): RE2JS | undefined {
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN) return undefined;
  try {
    const compiled = RE2JS.compile(pattern);
    return compiled.programSize() <= MAX_PROGRAM ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the pattern is found anywhere in the subject; a subject of more than 1,024 UTF-16 units matches nothing. */
export function finds(pattern: RE2JS, subject: string): boolean {
  return subject.length <= MAX_SUBJECT && pattern.test(subject);
}
