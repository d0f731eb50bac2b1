import { alternativesTo } from './install-servers.js';

describe('alternativesTo', () => {
  it.each([
    ['nats-server', 'LOOM_NATS_URL', 'apt-get install -y nats-server'],
    ['redis-server', 'LOOM_REDIS_URL', 'brew install redis'],
  ] as const)(
    'names the package of %s, the reason of the failure, and the two other ways',
    (server, variable, command) => {
      const text = alternativesTo(server, 'sudo asks for a password');

      for (const part of ['sudo asks for a password', command, 'docker compose up', variable])
        expect(text).toContain(part);
    },
  );
});
