import type { Credentials } from './credentials.js';
import { greeting } from './greeting.js';

describe('greeting', () => {
  const credentials: Credentials = {
    base_url: 'http://localhost:8080',
    admin: { email: 'admin@loom.localhost', password: 'admin-pw' },
    org: { id: 'o1', slug: 'demo' },
    keys: {
      flags: { dev: { server: 'ds', client: 'dc' }, prod: { server: 'ps', client: 'pc' } },
      analytics: { write: 'aw', rw: 'ar' },
    },
    nats: { url: 'nats://127.0.0.1:4222', user: 'subscriber', password: 'nats-pw' },
  };
  const files = { credentials: '/d/credentials.json', log: '/d/loom.log' };
  const text = greeting(credentials, undefined, files);

  it('shows everything that the credentials hold', () => {
    const values = ['admin-pw', 'o1', 'demo', 'ds', 'dc', 'ps', 'pc', 'aw', 'ar', 'nats-pw', 'nats://127.0.0.1:4222'];
    for (const value of values) expect(text).toContain(value);
  });

  it('names the file in place of secrets that were printed before', () => {
    const later = greeting(credentials, JSON.parse(JSON.stringify(credentials)) as Credentials, files);

    for (const value of ['http://localhost:8080', 'admin@loom.localhost', 'demo', files.credentials, files.log]) {
      expect(later).toContain(value);
    }
    for (const secret of ['admin-pw', 'ds', 'dc', 'ps', 'pc', 'aw', 'ar', 'nats-pw'])
      expect(later.split(/\s+/)).not.toContain(secret);
  });

  it('shows credentials that changed since then', () => {
    const known = { ...credentials, admin: { ...credentials.admin, password: 'old' } };

    expect(greeting(credentials, known, files)).toBe(text);
  });

  it('has a line for the shell that evaluates a flag by OFREP', () => {
    const line = text.split('\n').find((each) => each.includes('curl')) ?? '';

    expect(line).toContain('-X POST http://localhost:8080/ofrep/v1/evaluate/flags/checkout.new_flow');
    expect(line).toContain(`'Authorization: Bearer ds'`);
    expect(JSON.parse(/-d '(.*)'/.exec(line)?.[1] ?? '')).toEqual({ context: { targetingKey: 'u1' } });
  });
});
