import fc from 'fast-check';
import { parseEmail } from './email.js';

describe('an e-mail address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['  Ada@EXAMPLE.com ', 'ada@example.com'],
    ['jürgen@münchen.de', 'jürgen@münchen.de'],
    ['JÜRGEN@MÜNCHEN.de'.normalize('NFD'), 'jürgen@münchen.de'],
    ['jürgen@xn--mnchen-3ya.de', 'jürgen@münchen.de'],
    ['用户@例子.广告', '用户@例子.广告'],
    ["o'hara+loom@example.org", "o'hara+loom@example.org"],
    ['root@localhost', 'root@localhost'],
  ])('%j is %j', (text, email) => {
    expect(parseEmail(text)).toBe(email);
  });

  it.each([
    '', 'ada', '@example.com', 'ada@', 'ada@@example.com', 'ada\u200b@example.com', 'ada@exa\u00admple.com', 'a\u202e@b.c',
    '<a@b.c>', 'Ada <a@b.c>', 'mailto:a@b.c', 'a b@c.d', '"a b"@c.d', 'a@b..c', '.a@b.c', 'a@-b.c', 'a@b.c.', 'a@[127.0.0.1]',
    'a@1.2.3.4', 'a,b@c.d', 'a@b.c,d@e.f', 'a\n@b.c', `${'x'.repeat(65)}@b.c`, `a@${'x'.repeat(300)}.c`, 'a@b.c\u0000', '\ud800@b.c',
  ])('%j is none', (text) => {
    expect(parseEmail(text)).toBeUndefined();
  }); // prettier-ignore

  it('is the same for all spellings of one address, and does not change when it is read again', () => {
    const local = fc.stringMatching(/^[a-zäöüñé]{1,12}$/);
    const domain = fc.stringMatching(/^[a-zäöüñé]{2,12}$/).map((name) => `${name}.example`);
    fc.assert(
      fc.property(local, domain, fc.constantFrom('NFC', 'NFD'), fc.boolean(), (name, host, form, isUpper) => {
        const email = parseEmail(`${name}@${host}`);
        const spelled = `${name}@${isUpper ? host.toUpperCase() : host}`.normalize(form);

        expect(email).toBeDefined();
        expect(parseEmail(spelled)).toBe(email);
        expect(parseEmail(email!)).toBe(email);
      }),
    );
  });
});
