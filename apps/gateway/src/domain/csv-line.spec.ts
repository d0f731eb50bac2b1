import { csvLine } from './csv-line.js';

describe('csvLine', () => {
  it.each([
    [['a', 1, true, null, undefined], 'a,1,true,,\r\n'],
    [['a,b', 'say "x"', 'two\r\nlines'], '"a,b","say ""x""","two\r\nlines"\r\n'],
    [['=1+1', '+1', '-1', '@x', '\tx', '\rx'], `"'=1+1","'+1","'-1","'@x","'\tx","'\rx"\r\n`],
    [['\n=1', '＝1', '＋1', '－1', '＠x'], `"'\n=1","'＝1","'＋1","'－1","'＠x"\r\n`],
    [[-1, '1=1', ' =1'], '-1,1=1, =1\r\n'],
    [['', "'"], `,'\r\n`],
  ])('writes %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});
