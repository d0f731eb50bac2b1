import { isBlank } from './is-blank.js';

/** Zero-width space, joiners, marks of direction, word joiner, BOM, soft hyphen, fillers, tag, variation selector, blank braille. */
const INVISIBLE = [
  0x200b, 0x200c, 0x200d, 0x200e, 0x202e, 0x2060, 0xfeff, 0xad, 0x115f, 0x3164, 0xffa0, 0x17b4, 0x180e, 0xe0020, 0xfe0f,
  0x2800, 0x85, 0xa0, 0x3000, 0x2028, 0x7f, 0x1,
].map((code) => String.fromCodePoint(code));

describe('isBlank', () => {
  it.each(['', ' ', ' \t\n', ...INVISIBLE, INVISIBLE.join(' ')])('holds for %j', (text) => {
    expect(isBlank(text)).toBe(true);
  });

  it.each(['a', ' a ', '\u200bé', '.', '日本', '👩‍💻', '0', '\u0301a', '_'])('does not hold for %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});
