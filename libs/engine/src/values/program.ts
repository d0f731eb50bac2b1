/** An instruction of a program that re2js compiled. `out` and `arg` are indexes of instructions, or what `op` makes of them. */
export interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  /** Ranges of code points, first and last in turn; a single code point stands alone. */
  readonly runes: Int32Array;
  matchRune(rune: number): boolean;
}
/** What re2js keeps of a compiled pattern. Its types leave it open. */
export interface Program {
  readonly inst: readonly Instruction[];
  readonly start: number;
  /** Lookbehinds, which RE2 does not have. */
  readonly numLb: number;
}

// The operations and flags of re2js 2.10, in its numbers.
const ALT = 1;
const ALT_MATCH = 2;
const CAPTURE = 3;
export const EMPTY_WIDTH = 4;
export const MATCH = 6;
const NOP = 7;
const RUNE = 8;
const RUNE1 = 9;
const RUNE_ANY = 10;
const RUNE_ANY_NOT_NL = 11;
const FOLD_CASE = 1;

const NEW_LINE = 10;

/** Whether the instruction consumes a character. */
export const isCharacterTest = ({ op }: Instruction): boolean => op >= RUNE && op <= RUNE_ANY_NOT_NL;

/** Where an instruction that consumes nothing leads to. */
export function forksOf({ op, out, arg }: Instruction): readonly number[] {
  if (op === ALT || op === ALT_MATCH) return [out, arg];
  return op === CAPTURE || op === EMPTY_WIDTH || op === NOP ? [out] : [];
}

/** Whether it is one letter in any case, which re2js compares slowly. */
export const isFolded = ({ op, arg, runes }: Instruction): boolean =>
  op === RUNE && runes.length === 1 && (arg & FOLD_CASE) !== 0;

/** Whether an instruction that consumes a character consumes this one. */
export function consumes(instruction: Instruction, rune: number): boolean {
  switch (instruction.op) {
    case RUNE_ANY:
      return true;
    case RUNE_ANY_NOT_NL:
      return rune !== NEW_LINE;
    case RUNE1:
      return rune === instruction.runes[0];
    default:
      return instruction.matchRune(rune);
  }
}

/** A text that two instructions share when they consume the same characters. */
export const signatureOf = ({ op, arg, runes }: Instruction): string =>
  op === RUNE || op === RUNE1 ? `${op}/${arg}/${runes.join()}` : String(op);
