import { CharacterTests, LATIN } from './character-tests.js';
import { type Links, PositionSets } from './position-sets.js';
import type { Program } from './program.js';
import type { Work } from './work.js';

const NONE = -1;
const { clz32 } = Math;

/**
 * A compiled pattern as a position automaton (Glushkov): one bit for each instruction that consumes a character, and for
 * each of them the set of those that may come next. A search visits each character once and needs at most
 * `positions × words` operations for it, whatever the subject. It keeps nothing between searches, so its work depends on
 * pattern and subject alone.
 */
export class Automaton {
  private readonly words: number;
  private readonly sets: PositionSets;
  private readonly tests: CharacterTests;
  private readonly next: Uint32Array;
  private readonly active: Uint32Array;

  /** @param bounds every code point at which any instruction begins or ends to consume */
  constructor(program: Program, bounds: () => Int32Array) {
    this.sets = new PositionSets(program);
    const { instructions, words } = this.sets;
    this.words = words;
    this.tests = new CharacterTests(instructions, words, bounds);
    this.next = new Uint32Array(words);
    this.active = new Uint32Array(words);
  }

  /** Whether the pattern matches anywhere in the subject. @throws OverBudget */
  finds(subject: string, work: Work): boolean {
    const first = subject.length === 0 ? NONE : subject.codePointAt(0)!;
    const links = this.sets.between(NONE, first);
    if (links.startAccepts) return true;
    return this.words === 1 ? this.findsNarrow(subject, links, work) : this.findsWide(subject, links, work);
  }

  /** The search of an automaton whose positions fit one word, as those of most patterns do. */
  private findsNarrow(subject: string, first: Links, work: Work): boolean {
    const { sets, tests, active } = this;
    const { latin } = tests;
    let units = subject.length;
    let links = first;
    let next = first.start[0]!;
    for (let at = 0; at < subject.length;) {
      let rune = subject.charCodeAt(at++);
      let bits = next;
      if (rune < LATIN) bits &= latin[rune]!;
      else {
        rune = subject.codePointAt(at - 1)!;
        if (rune > 0xffff) at++;
        units += tests.units;
        tests.bitsOf(rune, active);
        bits &= active[0]!;
      }
      if (sets.hasAssertions) {
        links = sets.between(rune, at < subject.length ? subject.charCodeAt(at) : NONE);
        if (links.startAccepts) return spent(work, units);
      }
      if ((bits & links.accept[0]!) !== 0) return spent(work, units);
      next = links.start[0]!;
      for (; bits !== 0; units++) {
        const low = bits & -bits;
        bits ^= low;
        next |= links.follow[31 - clz32(low)]!;
      }
    }
    work.spend(units);
    return false;
  }

  private findsWide(subject: string, first: Links, work: Work): boolean {
    const { sets, next } = this;
    next.set(first.start);
    let links = first;
    for (let at = 0; at < subject.length;) {
      const rune = subject.codePointAt(at)!;
      at += rune > 0xffff ? 2 : 1;
      this.select(rune, work);
      if (sets.hasAssertions) links = sets.between(rune, at < subject.length ? subject.charCodeAt(at) : NONE);
      if (links.startAccepts || this.advance(links, work)) return true;
    }
    return false;
  }

  /** Makes those of the next positions active that consume the character. */
  private select(rune: number, work: Work): void {
    const { words, tests, next, active } = this;
    if (rune < LATIN) {
      const row = rune * words;
      for (let i = 0; i < words; i++) active[i] = next[i]! & tests.latin[row + i]!;
      return;
    }
    work.spend(tests.units);
    tests.bitsOf(rune, active);
    for (let i = 0; i < words; i++) active[i]! &= next[i]!;
  }

  /** Moves from the active positions to the next ones. Returns whether the pattern has matched. */
  private advance({ start, follow, accept }: Links, work: Work): boolean {
    const { active, next, words } = this;
    let visited = 2;
    for (let word = 0; word < words; word++) {
      next[word] = start[word]!;
      if ((active[word]! & accept[word]!) !== 0) return true;
    }
    for (let word = 0; word < words; word++) {
      for (let bits = active[word]!; bits !== 0; visited++) {
        const low = bits & -bits;
        bits ^= low;
        const row = (word * 32 + 31 - clz32(low)) * words;
        for (let i = 0; i < words; i++) next[i]! |= follow[row + i]!;
      }
    }
    work.spend(visited * (words + 1));
    return false;
  }
}

function spent(work: Work, units: number): true {
  work.spend(units);
  return true;
}
