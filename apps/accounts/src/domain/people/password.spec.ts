import { chosenPassword, passwordForms } from './password.js';

describe('a chosen password', () => {
  it.each(['x', '🔑', 'é', 'é'.normalize('NFD')])('has 12 to 1,024 characters, like %s', (character) => {
    for (const length of [12, 1_024]) {
      expect([...chosenPassword(character.repeat(length))]).toHaveLength(length);
    }
    for (const length of [0, 11, 1_025, 100_000]) {
      expect(() => chosenPassword(character.repeat(length), 'new')).toThrow(
        expect.objectContaining({
          code: 'invalid_password',
          details: [expect.objectContaining({ field: 'new' })],
        }),
      );
    }
  });

  it('is the same however its characters are composed', () => {
    const composed = 'pässwörter für alle'.normalize('NFC');

    expect(chosenPassword(composed.normalize('NFD'))).toBe(composed);
  });
});

describe('the forms of a typed password', () => {
  it('are NFC, then the text as it was typed', () => {
    const [composed, decomposed] = ['Schlüssel'.normalize('NFC'), 'Schlüssel'.normalize('NFD')];

    expect(passwordForms(composed)).toEqual([composed]);
    expect(passwordForms(decomposed)).toEqual([composed, decomposed]);
  });

  it('are none for a text that is longer than every password', () => {
    expect(passwordForms('x'.repeat(4_097))).toEqual([]);
    expect(passwordForms('x'.repeat(4_096))).toHaveLength(1);
  });
});
