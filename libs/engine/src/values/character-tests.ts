import { consumes, type Instruction, isFolded, signatureOf } from './program.js';

/** Instructions that consume the same characters, and the bits of their positions. */
interface Kind {
  readonly consumes: (rune: number) => boolean;
  readonly bits: Uint32Array;
}

/** Characters that are looked up; others are tested. */
export const LATIN = 256;
/** Work of one test of another character: a search in the ranges of its kind. */
const TEST_UNITS = 40;

/** Which positions of an automaton consume a character. */
export class CharacterTests {
  /** The bits of each Latin character, `words` words for each. */
  readonly latin: Uint32Array;
  /** Work of a character beyond Latin. */
  readonly units: number;
  private readonly kinds: readonly Kind[];

  /** @param bounds every code point at which any of the instructions begins or ends to consume */
  constructor(
    instructions: readonly Instruction[],
    private readonly words: number,
    bounds: () => Int32Array,
  ) {
    const kinds = new Map<string, Kind>();
    for (const [index, instruction] of instructions.entries()) {
      const signature = signatureOf(instruction);
      const kind = kinds.get(signature) ?? { consumes: testOf(instruction, bounds), bits: new Uint32Array(words) };
      kinds.set(signature, kind);
      kind.bits[index >>> 5]! |= 1 << (index & 31);
    }
    this.kinds = [...kinds.values()];
    this.units = this.kinds.length * TEST_UNITS;
    this.latin = new Uint32Array(LATIN * words);
    for (let rune = 0; rune < LATIN; rune++) this.addBits(rune, this.latin, rune * words);
  }

  /** Writes to `selected` the bits of the positions that consume a character. */
  bitsOf(rune: number, selected: Uint32Array): void {
    selected.fill(0);
    this.addBits(rune, selected, 0);
  }

  private addBits(rune: number, target: Uint32Array, at: number): void {
    const { kinds, words } = this;
    for (const kind of kinds) {
      if (kind.consumes(rune)) for (let i = 0; i < words; i++) target[at + i]! |= kind.bits[i]!;
    }
  }
}

function testOf(instruction: Instruction, bounds: () => Int32Array): Kind['consumes'] {
  if (!isFolded(instruction)) return (rune) => consumes(instruction, rune);
  const cases = [...bounds()].filter((rune) => consumes(instruction, rune));
  return (rune) => cases.includes(rune);
}
