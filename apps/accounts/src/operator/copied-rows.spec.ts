import { copiedRows } from './copied-rows.js';

describe('copiedRows', () => {
  it('reads the rows of every COPY statement by the names of its columns', () => {
    const dump = [
      'SET client_encoding = $$UTF8$$;',
      'COPY accounts.signing_key (kid, private_key_sealed) FROM stdin;',
      'k1\tc2VhbGVk',
      'k2\tb3Blbg==',
      '\\.',
      '',
      'SELECT 1;',
    ].join('\n');

    expect([...copiedRows(dump)]).toEqual([
      { kid: 'k1', private_key_sealed: 'c2VhbGVk' },
      { kid: 'k2', private_key_sealed: 'b3Blbg==' },
    ]);
  });

  it('finds nothing in a dump without rows', () => {
    expect([...copiedRows('-- nothing\n')]).toEqual([]);
  });
});
