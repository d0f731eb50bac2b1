import { createLogger } from '#libs/observability';
import { createHttp } from '../nest/create-http.js';

const schema = {
  type: 'object',
  required: ['context', 'flags'],
  additionalProperties: false,
  properties: {
    context: {
      type: 'object',
      errorCode: 'invalid_context',
      additionalProperties: false,
      properties: { user_id: { type: 'string', maxLength: 3, errorCode: { type: 'invalid_context' } } },
    },
    flags: { type: 'array', maxItems: 2, items: { type: 'string' }, errorCode: { maxItems: 'too_many_flags' } },
  },
};

describe('a body that does not match a compiled schema', () => {
  const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
  http.post('/x', { config: { access: { kind: 'public' } }, schema: { body: schema } }, () => 'valid');
  afterAll(() => http.close());

  it.each([
    ['an unknown field before a wrong one', { context: 5, flags: [], more: 1 }, 'unknown_field', 'more'],
    ['an unknown field deep down before a wrong one', { context: { a: 1 }, flags: 5 }, 'unknown_field', 'context.a'],
    ['the fields in the order of the schema', { flags: 5, context: 5 }, 'invalid_context', 'context'],
    ['a missing field by its own code', { flags: [] }, 'invalid_context', 'context'],
    ['a missing field without a code', { context: {} }, 'invalid_type', 'flags'],
    ['a keyword by its own code', { context: {}, flags: ['a', 'b', 'c'] }, 'too_many_flags', 'flags'],
    ['a keyword without a code', { context: { user_id: 'four' }, flags: [] }, 'too_long', 'context.user_id'],
    ['an entry of a list', { context: {}, flags: ['a', 1] }, 'invalid_type', 'flags[1]'],
    [
      'a number that is a text, which is not converted',
      { context: { user_id: 5 }, flags: [] },
      'invalid_context',
      'context.user_id',
    ],
  ])('reports %s', async (_what, payload, code, field) => {
    const { error } = (await http.inject({ method: 'POST', url: '/x', payload })).json<{
      error: { code: string; details: { field: string }[] };
    }>();

    expect([error.code, error.details[0]?.field]).toEqual([code, field]);
  });

  it('reports a list where an object is needed', async () => {
    const answer = await http.inject({ method: 'POST', url: '/x', payload: [] });
    expect(answer.json()).toMatchObject({ error: { code: 'invalid_type' } });
  });
});
