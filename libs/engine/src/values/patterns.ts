import { RE2JS } from 're2js';

export const MAX_PATTERN = 256;
const MAX_SUBJECT = 1_024;
/**
 * Instructions that a pattern may unfold into: time per character grows with them, and `(a{100}){10}` is short to write. With
 * 128 the first look at the worst subject takes 2 to 8 ms, with 256 it took up to 25.
 */
const MAX_PROGRAM = 128;
/** Beside one instruction for each character: what is written out in full may be as long as a pattern may be. */
const PROGRAM_FRAME = 8;
/** What the automaton of one pattern may remember; re2js would take 8 MiB, which a few hostile patterns multiply. */
const MAX_AUTOMATON_BYTES = 1_048_576;
/** … of a large program, whose states are slow to make: beyond it the subject is searched without an automaton. */
const MAX_LARGE_AUTOMATON_BYTES = 8_192;

/** A pattern in RE2 syntax, which has no catastrophic cases; `undefined` when it is too long, too large or no RE2. */
export function compilePattern(pattern: unknown): RE2JS | undefined {
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN) return undefined;
  try {
    const compiled = RE2JS.compile(pattern);
    const size = compiled.programSize();
    if (size > MAX_PROGRAM && size > pattern.length + PROGRAM_FRAME) return undefined;
    return bounded(compiled, size > MAX_PROGRAM ? MAX_LARGE_AUTOMATON_BYTES : MAX_AUTOMATON_BYTES);
  } catch {
    return undefined;
  }
}

function bounded(pattern: RE2JS, bytes: number): RE2JS {
  const { dfa } = pattern.re2Input;
  dfa.maxMem = dfa.stateBudget = dfa.memBudget = bytes;
  return pattern;
}

/** Whether the pattern is found anywhere in the subject; a subject of more than 1,024 UTF-16 units matches nothing. */
export function finds(pattern: RE2JS, subject: string): boolean {
  return subject.length <= MAX_SUBJECT && pattern.test(subject);
}
