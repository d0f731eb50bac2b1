import { systemOrigin, type Origin, type Rpc } from '#libs/contracts';
import { addHandlers, handle, handleInternal, type RpcHandler } from './rpc-handler.js';

const rename: Rpc<{ name: string }, string> = { subject: 'rpc.flags.rename' };
const origin = systemOrigin('platform', 'request-1');

/** Uses `this`, as use cases do. */
class Rename {
  readonly #suffix = '!';
  async execute({ name }: { name: string }, { request_id }: Origin): Promise<string> {
    return `${name}${this.#suffix} by ${request_id}`;
  }
}

describe('handle', () => {
  it('answers the subject of the RPC with the use case, on behalf of the origin of the request', async () => {
    const handler = handle(rename, new Rename());

    expect(handler.subject).toBe(rename.subject);
    await expect(handler.answer({ command: { name: 'a' }, origin })).resolves.toBe('a! by request-1');
  });

  it('accepts a function in place of a use case', async () => {
    const { answer } = handle(rename, async ({ name }, { scope }) => `${name} of ${scope}`);

    await expect(answer({ command: { name: 'a' }, origin })).resolves.toBe('a of platform');
  });

  it('refuses a request without an origin', async () => {
    const { answer } = handle(rename, new Rename());

    await expect(answer({ command: { name: 'a' } })).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('uses the fallback only for a request without an origin', async () => {
    const { answer } = handle(rename, new Rename(), { fallbackOrigin: () => systemOrigin('platform', 'fallback') });

    await expect(answer({ command: { name: 'a' } })).resolves.toBe('a! by fallback');
    await expect(answer({ command: { name: 'a' }, origin })).resolves.toBe('a! by request-1');
  });
});

describe('handle, free texts', () => {
  const command = {
    reason: 'asked by ada@example.com',
    note: `was loom_flags_server_dev_${'0a'.repeat(20)}`,
    value: { note: 'ada@example.com' },
    patch: { note: 'ada@example.com', name: 'ada@example.com' },
  };

  it('redacts secrets and personal data in reason and note, and nothing else', async () => {
    const echo: Rpc<typeof command, typeof command> = { subject: 'rpc.flags.echo' };
    const { answer } = handle(echo, async (seen) => seen);

    await expect(answer({ command, origin })).resolves.toEqual({
      reason: 'asked by [redacted]',
      note: 'was [redacted]',
      value: { note: 'ada@example.com' },
      patch: { note: '[redacted]', name: 'ada@example.com' },
    });
  });
});

describe('handleInternal', () => {
  it('answers requests without an origin', async () => {
    const { answer } = handleInternal(rename, { execute: async ({ name }) => name.toUpperCase() });

    await expect(answer({ command: { name: 'a' } })).resolves.toBe('A');
  });
});

describe('addHandlers', () => {
  const aServer = () => {
    const handlers = new Map<string, RpcHandler['answer']>();
    return {
      getHandlers: () => handlers,
      addHandler: (subject: string, answer: RpcHandler['answer']) => void handlers.set(subject, answer),
    };
  };
  const other = handleInternal({ subject: 'rpc.flags.other' } as Rpc<object, null>, async () => null);

  it('adds every handler under its subject', () => {
    const server = aServer();

    addHandlers(server, [handle(rename, new Rename()), other]);

    expect([...server.getHandlers().keys()]).toEqual(['rpc.flags.rename', 'rpc.flags.other']);
  });

  it('refuses a second handler for a subject, and names the subject', () => {
    expect(() => addHandlers(aServer(), [other, other])).toThrow('rpc.flags.other');
  });
});
