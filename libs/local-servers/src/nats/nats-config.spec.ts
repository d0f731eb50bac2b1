import { isAtLeast, natsConfig, natsPasswords, type NatsSettings } from './nats-config.js';

describe('natsConfig', () => {
  const settings = (more: Partial<NatsSettings> = {}): NatsSettings => ({
    version: '2.9.10',
    port: 4333,
    dir: '/data',
    password: 'p',
    ...more,
  });

  it('listens on loopback and opens no monitoring port', () => {
    const config = natsConfig(settings());

    expect(config).toContain('host: "127.0.0.1"');
    expect(config).not.toMatch(/http/);
  });

  it('syncs always on servers that know the field, and leaves it out for those that do not', () => {
    expect(natsConfig(settings({ version: '2.10.27' }))).toContain('sync_interval: always');
    expect(natsConfig(settings({ version: '2.9.10' }))).not.toContain('sync_interval');
  });

  it('has the users of production, with passwords from a file beside it', () => {
    expect(natsConfig(settings())).toMatch(
      /include "passwords.conf"[^]*user: subscriber\n *password: \$PASSWORD_SUBSCRIBER/,
    );
    expect(natsPasswords({ subscriber: 's' })).toBe('PASSWORD_SUBSCRIBER: "s"\n');
  });

  it('passes on a ceiling for the store', () => {
    expect(natsConfig(settings({ maxFileStore: '64MB' }))).toContain('max_file_store: 64MB');
    expect(natsConfig(settings())).not.toContain('max_file_store');
  });
});

describe('isAtLeast', () => {
  it.each([
    ['2.9.10', '2.10', false],
    ['2.10.0', '2.10', true],
    ['3.0.0', '2.10', true],
    ['1.99.0', '2.10', false],
  ])('%s is at least %s: %s', (version, wanted, expected) => {
    expect(isAtLeast(version, wanted)).toBe(expected);
  });
});
