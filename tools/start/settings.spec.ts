import { readSettings } from './settings.js';

describe('settings of npm start', () => {
  it('need nothing: every server is private, the port is 8080', () => {
    expect(readSettings({})).toMatchObject({ baseUrl: 'http://localhost:8080', adminEmail: 'admin@loom.localhost' });
    expect(readSettings({}).postgresUrl).toBeUndefined();
  });

  it('treat blank variables as absent', () => {
    expect(readSettings({ LOOM_NATS_URL: '', LOOM_HTTP_PORT: ' ' })).toMatchObject({
      httpPort: 8080,
      natsUrl: undefined,
    });
  });

  it('name every mistake at once', () => {
    const env = { LOOM_HTTP_PORT: 'eighty', LOOM_POSTGRES_URL: 'mysql://x', LOOM_ADMIN_EMAIL: 'admin' };

    const read = (): unknown => readSettings(env);

    for (const name of Object.keys(env)) expect(read).toThrow(name);
  });
});
