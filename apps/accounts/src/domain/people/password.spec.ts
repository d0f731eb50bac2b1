import { chosenPassword } from './password.js';

describe('a chosen password', () => {
  it('has 12 to 1,024 characters', () => {
    for (const length of [12, 1_024]) expect(chosenPassword('x'.repeat(length))).toHaveLength(length);
    for (const length of [0, 11, 1_025]) {
      expect(() => chosenPassword('x'.repeat(length), 'new')).toThrow(
        expect.objectContaining({
          code: 'invalid_password',
          details: [expect.objectContaining({ field: 'new' })],
        }),
      );
    }
  });
});
