import { displayName, environmentColor, environmentName, normalizedEmail, slug, slugFrom } from './names.js';

describe('names', () => {
  it.each([
    ['Acme', 'acme'],
    ['Ünïted  Parcels, Inc.', 'united-parcels-inc'],
    ['42 Degrees', 'org-42-degrees'],
    ['東京', 'org'],
    ['x', 'org-x'],
    [`${'ab '.repeat(40)}`, 'ab-'.repeat(16) + 'ab'],
  ])('give, for %j, the slug %j', (name, expected) => {
    expect(slugFrom(name)).toBe(expected);
  });

  it.each(['a1900000-0000-7000-8000-000000000001', 'A', 'a', '1abc', 'a_b', 'a'.repeat(51), 'ab\n'])(
    'refuse %j as a slug, which reads as an id or breaks the rule',
    (text) => {
      expect(() => slug(text)).toThrow(expect.objectContaining({ code: 'invalid_slug' }));
    },
  );

  it('are trimmed, and neither empty, long nor unprintable', () => {
    expect(displayName('  Café 東京 👩‍🚀 ')).toBe('Café 東京 👩‍🚀');
    for (const text of ['', '  ', 'a'.repeat(101), 'a\u0000b', 'a\nb', 'a\ud800', 'a\u202eb']) {
      expect(() => displayName(text)).toThrow(expect.objectContaining({ code: 'invalid_name' }));
    }
  });

  it('of environments follow the rule', () => {
    expect(environmentName('eu_west_1')).toBe('eu_west_1');
    for (const text of ['Staging', 'a', '1a', 'a-b', 'a b', `a${'b'.repeat(50)}`]) {
      expect(() => environmentName(text)).toThrow(expect.objectContaining({ code: 'invalid_environment_name' }));
    }
  });

  it('of colors are # and six hex digits, or absent', () => {
    expect(environmentColor('#10B981')).toBe('#10B981');
    expect(environmentColor(null)).toBeUndefined();
    for (const text of ['red', '#fff', '#10b98g', '']) {
      expect(() => environmentColor(text)).toThrow(expect.objectContaining({ code: 'invalid_color' }));
    }
  });

  it('of people are addresses in lower case, without spaces around', () => {
    expect(normalizedEmail(' Ann@Example.COM ')).toBe('ann@example.com');
    for (const text of ['', 'ann', '@b', 'a@', 'a b@c.d', 'a@b@c', 'a\u0000@b.c', `${'a'.repeat(250)}@b.cd`]) {
      expect(normalizedEmail(text)).toBeUndefined();
    }
  });
});
