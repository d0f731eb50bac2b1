import { aRequest } from '../../../test/builders.js';
import { CsrfCheck } from './csrf.js';

const outcome = (publicUrl: string | undefined, host: string, headers: Record<string, string>): string => {
  try {
    new CsrfCheck(publicUrl).check(aRequest({ host, headers: { 'x-loom-csrf': '1', ...headers } }));
    return 'admitted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('CsrfCheck', () => {
  it.each([
    ['the public URL, behind a proxy that sets its own host', 'https://loom.example.com', 'loom-gateway:8080', 'https://loom.example.com'],
    ['the public URL with a path and a default port', 'https://loom.example.com:443/x', 'inner', 'https://loom.example.com'],
    ['the host of the request', 'https://loom.example.com', 'localhost:8080', 'http://localhost:8080'],
    ['the host of the request, without a public URL', undefined, 'Loom.example.com', 'https://loom.example.com'],
  ])('admits pages of %s', (_what, publicUrl, host, origin) => {
    expect(outcome(publicUrl, host, { origin })).toBe('admitted');
  }); // prettier-ignore

  it.each([
    ['another site', 'https://evil.example'],
    ['another port', 'https://loom.example.com:8443'],
    ['the public host without TLS', 'http://loom.example.com'],
    ['a name that begins alike', 'https://loom.example.com.evil.example'],
    ['no origin', 'null'],
    ['a text that is no URL', 'loom.example.com'],
  ])('refuses pages of %s', (_what, origin) => {
    expect(outcome('https://loom.example.com', 'loom-gateway:8080', { origin })).toBe('csrf');
  });

  it('refuses requests without the header, also without an origin', () => {
    expect(outcome(undefined, 'h', { 'x-loom-csrf': '' })).toBe('csrf');
    expect(outcome(undefined, 'h', {})).toBe('admitted');
  });
});
