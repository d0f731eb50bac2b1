import { createLogger } from '#libs/observability';
import { createHttp } from '../nest/create-http.js';

describe('a route with an access kind that has no guard', () => {
  it('refuses every request', async () => {
    const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
    http.get('/x', { config: { access: { kind: 'custom:token' } } }, () => 'in');

    expect((await http.inject('/x')).statusCode).toBe(403);
  });
});
