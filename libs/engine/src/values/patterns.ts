import { RE2JS } from 're2js';
import { Automaton } from './automaton.js';
import type { Program } from './program.js';
import type { Work } from './work.js';

export const MAX_PATTERN = 256;
const MAX_SUBJECT = 1_024;
/** Upper bound of the instructions of a pattern that repeats something: a short one such as `(a{100}){10}` compiles to many. */
const MAX_PROGRAM = 128;
/** A pattern without repetition compiles to one instruction per character plus this many; it is accepted at any length. */
const PROGRAM_FRAME = 8;

/** A pattern in RE2 syntax, compiled. */
export interface Pattern {
  /** Instructions of the compiled program. */
  readonly size: number;
  readonly automaton: Automaton;
}

/** Compiles RE2 syntax, which matches in linear time. Returns `undefined` when the pattern is too long, too large or invalid. */
export function compilePattern(pattern: unknown): Pattern | undefined {
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN) return undefined;
  try {
    const compiled = RE2JS.compile(pattern).re2Input;
    const program = compiled.prog as Program;
    const size = program.inst.length;
    if (program.numLb > 0 || (size > MAX_PROGRAM && size > pattern.length + PROGRAM_FRAME)) return undefined;
    return { size, automaton: new Automaton(program, () => compiled.dfa.classBounds) };
  } catch {
    return undefined;
  }
}

/** Instructions that a pattern compiles to; 0 for one that is not accepted. */
export const patternSize = (pattern: string): number => compilePattern(pattern)?.size ?? 0;

/** Whether the pattern matches anywhere in the subject. A subject of more than 1,024 UTF-16 units never matches. @throws OverBudget */
export function finds({ automaton }: Pattern, subject: string, work: Work): boolean {
  return subject.length <= MAX_SUBJECT && automaton.finds(subject, work);
}
