import { threeWaysOn } from './install-servers.js';

describe('threeWaysOn', () => {
  it.each([
    ['nats-server', 'LOOM_NATS_URL', 'apt-get install -y nats-server'],
    ['redis-server', 'LOOM_REDIS_URL', 'brew install redis'],
  ] as const)('tells how to get %s, why it is not there, and the two other ways', (server, variable, command) => {
    const text = threeWaysOn(server, 'sudo asks for a password');

    for (const part of ['sudo asks for a password', command, 'docker compose up', variable])
      expect(text).toContain(part);
  });
});
