import { RE2JS } from 're2js';

export const MAX_PATTERN = 256;
const MAX_SUBJECT = 1_024;
/**
 * Upper bound of the instructions that a pattern compiles to: time per character grows with them, and a short pattern such
 * as `(a{100}){10}` compiles to many. With 128 the first match of the worst subject takes 2 to 8 ms, with 256 up to 25 ms.
 */
const MAX_PROGRAM = 128;
/** A pattern without repetition compiles to one instruction per character plus this many; it is accepted at any length. */
const PROGRAM_FRAME = 8;
/** Memory of the automaton of one pattern. The default of re2js is 8 MiB, too much when many patterns are hostile. */
const MAX_AUTOMATON_BYTES = 1_048_576;
/** The same for patterns above MAX_PROGRAM, whose states are slow to build: beyond it re2js searches without an automaton. */
const MAX_LARGE_AUTOMATON_BYTES = 8_192;

/** Compiles RE2 syntax, which matches in linear time. Returns `undefined` when the pattern is too long, too large or invalid. */
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

/** Whether the pattern matches anywhere in the subject. A subject of more than 1,024 UTF-16 units never matches. */
export function finds(pattern: RE2JS, subject: string): boolean {
  return subject.length <= MAX_SUBJECT && pattern.test(subject);
}
