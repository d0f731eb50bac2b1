import { allowsOrigin, isAllowedOrigin } from './allowed-origins.js';

describe('allowed origins', () => {
  it.each([
    'https://app.example.com',
    'http://localhost:3000',
    'https://example.com',
    'http://192.0.2.1:8080',
    'http://[2001:db8::1]',
    'https://*.example.com',
    'https://*.eu.example.com:8443',
    'http://*.localhost:3000',
  ])('may contain %s', (origin) => {
    expect(isAllowedOrigin(origin)).toBe(true);
  });

  it.each([
    '*',
    'null',
    '',
    'app.example.com',
    'https://',
    'https://*',
    'https://*.com',
    'https://**.example.com',
    'https://*.*.example.com',
    'https://app.*.example.com',
    'https://*app.example.com',
    'https://*.example.com/',
    'https://*.example.com:443',
    'https://*.Example.com',
    'https://*.192.0.2.1',
    'https://example.com/',
    'https://example.com:443',
    'https://EXAMPLE.com',
    'https://münchen.example',
    'https://user@example.com',
    'javascript:alert(1)',
    'ftp://example.com',
    'file://',
    ` https://example.com`,
    `https://${'a.'.repeat(200)}com`,
  ])('may not contain %j, which no origin could equal', (origin) => {
    expect(isAllowedOrigin(origin)).toBe(false);
  });

  it.each([
    [[], 'https://any.example', true],
    [['https://app.example.com'], 'https://app.example.com', true],
    [['https://app.example.com'], 'https://app.example.com.evil.org', false],
    [['https://app.example.com'], 'http://app.example.com', false],
    [['https://*.example.com'], 'https://app.example.com', true],
    [['https://other.org', 'https://*.example.com'], 'https://shop.example.com', true],
    [['https://*.example.com'], 'https://example.com', false],
    [['https://*.example.com'], 'https://a.b.example.com', false],
    [['https://*.example.com'], 'http://app.example.com', false],
    [['https://*.example.com'], 'https://app.example.com:8443', false],
    [['https://*.example.com'], 'https://evilexample.com', false],
    [['https://*.example.com'], 'null', false],
    [['http://*.localhost:3000'], 'http://shop.localhost:3000', true],
  ])('%j: %s is allowed: %s', (allowed, origin, expected) => {
    expect(allowsOrigin(allowed, origin)).toBe(expected);
  });
});
