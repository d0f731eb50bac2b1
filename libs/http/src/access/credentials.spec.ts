import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { bearer } from './bearer.js';
import { refuseKeyInUrl } from './key-in-url.js';

const request = (parts: object): FastifyRequest => ({ headers: {}, ...parts }) as FastifyRequest;
function codeOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe('bearer', () => {
  it.each(['Bearer loom_flags_x', 'bearer loom_flags_x', 'BEARER   loom_flags_x '])(
    'returns the token of "%s"',
    (authorization) => {
      expect(bearer(request({ headers: { authorization } }))).toBe('loom_flags_x');
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic dTpw', 'loom_flags_x', 'Bearer loom_a b'])(
    'refuses "%s"',
    (authorization) => {
      expect(codeOf(() => bearer(request({ headers: { authorization } })))).toBe('unauthenticated');
    },
  );
});

describe('refuseKeyInUrl', () => {
  const key = `loom_flags_server_prod_${'0'.repeat(40)}`;

  it.each([
    `/x?api_key=${key}`,
    `/x?a=1&whatever=${key}`,
    `/x?${key}`,
    `/x?k=%6Coom_flags_server`,
    '/x?k=loom%5Fanalytics%5Frw',
    '/x?token=eyJhbGciOi',
    `/api/flags/${key}/evaluate`,
    `/${key.replace('loom_', 'l%6Fom%5f')}?a=1`,
    `/x/${key.toUpperCase()}`,
    '/persons/eyJhbGciOi.eyJzdWIi.c2lnbmVk',
  ])('refuses %s', (url) => {
    expect(codeOf(() => refuseKeyInUrl(url))).toBe('key_in_url');
  });

  it.each([
    '/x',
    '/x?search=loom',
    '/x?search=100%25',
    '/x?key=checkout.flow',
    '/ofrep/v1/stream?token=abc.def',
    '/api/orgs/a/flags/loom_flags_server.new',
    '/x/eyJ',
    '/x/%zz',
  ])('accepts %s', (url) => {
    expect(codeOf(() => refuseKeyInUrl(url))).toBeUndefined();
  });
});
