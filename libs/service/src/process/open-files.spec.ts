import { openFilesIn } from './open-files.js';

const table = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\n` +
  `Max processes             128                  256                  processes\n` +
  `Max open files            ${soft.padEnd(20)} 1048576              files\n`;

describe('openFilesIn', () => {
  it.each([
    ['the soft limit', table('4096'), 4096],
    ['nothing without a limit', table('unlimited'), undefined],
    ['nothing without the table', '', undefined],
  ])('returns %s', (_what, text, expected) => {
    expect(openFilesIn(text)).toBe(expected);
  });
});
