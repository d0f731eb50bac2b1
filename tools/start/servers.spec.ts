import { splitUrl } from './servers.js';

describe('splitUrl', () => {
  it('takes user and password out of a URL', () => {
    expect(splitUrl('nats://reader:p%40ss@10.0.0.1:4222')).toEqual({
      url: 'nats://10.0.0.1:4222',
      user: 'reader',
      password: 'p@ss',
    });
  });

  it('leaves them empty where there are none', () => {
    expect(splitUrl('nats://localhost:4222')).toEqual({ url: 'nats://localhost:4222', user: '', password: '' });
  });
});
