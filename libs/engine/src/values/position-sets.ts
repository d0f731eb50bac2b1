import { EMPTY_WIDTH, forksOf, type Instruction, isCharacterTest, MATCH, type Program } from './program.js';

/** For one set of assertions that hold (begin of text, word boundary …): where the automaton can be after each position. */
export interface Links {
  /** Positions that may consume the first character of a match. */
  readonly start: Uint32Array;
  readonly startAccepts: boolean;
  /** Positions that may follow each position: `words` words for each. */
  readonly follow: Uint32Array;
  /** Positions after which the pattern has matched. */
  readonly accept: Uint32Array;
}

const WORD_BITS = 32;
// The assertions of re2js, in its numbers.
const BEGIN_LINE = 1;
const END_LINE = 2;
const BEGIN_TEXT = 4;
const END_TEXT = 8;
const WORD_BOUNDARY = 16;
const NO_WORD_BOUNDARY = 32;
const NEW_LINE = 10;

const isWord = (rune: number): boolean =>
  (rune >= 97 && rune <= 122) || (rune >= 65 && rune <= 90) || (rune >= 48 && rune <= 57) || rune === 95;

/** The assertions that hold between two characters. A negative one stands for the edge of the text. */
function assertionsBetween(before: number, after: number): number {
  const begins = before < 0 ? BEGIN_TEXT | BEGIN_LINE : before === NEW_LINE ? BEGIN_LINE : 0;
  const ends = after < 0 ? END_TEXT | END_LINE : after === NEW_LINE ? END_LINE : 0;
  return begins | ends | (isWord(before) === isWord(after) ? NO_WORD_BOUNDARY : WORD_BOUNDARY);
}

/** The positions of a program: its instructions that consume a character, as bits of words. */
export class PositionSets {
  readonly instructions: readonly Instruction[];
  /** Words of one set. */
  readonly words: number;
  readonly hasAssertions: boolean;
  private readonly asserted: number;
  private readonly indexOfPc: ReadonlyMap<number, number>;
  /** By the assertions that hold. */
  private readonly links: (Links | undefined)[] = [];

  constructor(private readonly program: Program) {
    const { inst } = program;
    const pcs = [...inst.keys()].filter((pc) => isCharacterTest(inst[pc]!));
    this.instructions = pcs.map((pc) => inst[pc]!);
    this.indexOfPc = new Map(pcs.map((pc, index) => [pc, index]));
    this.words = Math.max(1, Math.ceil(pcs.length / WORD_BITS));
    this.asserted = inst.reduce((bits, { op, arg }) => (op === EMPTY_WIDTH ? bits | arg : bits), 0);
    this.hasAssertions = this.asserted !== 0;
  }

  /** The links that hold between two characters; a negative one stands for the edge of the text. */
  between(before: number, after: number): Links {
    const holding = this.hasAssertions ? assertionsBetween(before, after) & this.asserted : 0;
    return this.links[holding] ?? this.link(holding);
  }

  private link(holding: number): Links {
    const { instructions, words, program } = this;
    const follow = new Uint32Array(instructions.length * words);
    const accept = new Uint32Array(words);
    for (const [index, { out }] of instructions.entries()) {
      const row = follow.subarray(index * words, (index + 1) * words);
      if (this.close(out, holding, row)) add(accept, index);
    }
    const start = new Uint32Array(words);
    const links = { start, startAccepts: this.close(program.start, holding, start), follow, accept };
    this.links[holding] = links;
    return links;
  }

  /** Adds the positions that are reached without a character. Returns whether the match is reached too. */
  private close(from: number, holding: number, reached: Uint32Array): boolean {
    const { inst } = this.program;
    const seen = new Set<number>();
    const stack = [from];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (seen.has(pc)) continue;
      seen.add(pc);
      const instruction = inst[pc]!;
      const index = this.indexOfPc.get(pc);
      if (index !== undefined) add(reached, index);
      else if (instruction.op !== EMPTY_WIDTH || (instruction.arg & ~holding) === 0)
        stack.push(...forksOf(instruction));
    }
    return [...seen].some((pc) => inst[pc]!.op === MATCH);
  }
}

function add(set: Uint32Array, index: number): void {
  set[index >>> 5]! |= 1 << (index & 31);
}
