import { redactFreeTexts } from './free-texts.js';

describe('redactFreeTexts', () => {
  it.each([[undefined], [null], ['ada@example.com'], [7], [[{ note: 'ada@example.com' }]]])(
    'returns %j as it is',
    (value) => {
      expect(redactFreeTexts(value)).toBe(value);
    },
  );

  it('returns a command without free texts as it is, so that nothing is copied', () => {
    const command = { key: 'a', patch: { name: 'ada@example.com' } };

    expect(redactFreeTexts(command)).toEqual(command);
  });

  it('leaves a reason that is no text to the check of the command', () => {
    expect(redactFreeTexts({ reason: { text: 'ada@example.com' } })).toEqual({ reason: { text: 'ada@example.com' } });
  });

  it('redacts the explanations of a change, and no name or value', () => {
    const command = { name: 'ada@example.com', reason: 'for ada@example.com', patch: { note: 'password: hunter2' } };

    expect(redactFreeTexts(command)).toEqual({
      name: 'ada@example.com',
      reason: 'for [redacted]',
      patch: { note: 'password: [redacted]' },
    });
  });
});
