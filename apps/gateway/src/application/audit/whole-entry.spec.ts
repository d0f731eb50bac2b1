import { auditRpc, systemOrigin } from '#libs/contracts';
import { InMemoryServices } from '../../../test/fakes/in-memory-services.js';
import { wholeEntry } from './whole-entry.js';

const origin = systemOrigin('o1', 'r1');
const entry = { after: { name: 'b' }, before: null, seq: 7 };

describe('a whole audit entry', () => {
  it('is put together from its parts, with its hash', async () => {
    const text = JSON.stringify(entry);
    const services = new InMemoryServices().answer(auditRpc.readEntry, ({ offset }) => ({
      text: text.slice(offset, offset + 10),
      hash: 'ab12',
      next_offset: offset + 10 < text.length ? offset + 10 : null,
    }));

    expect(JSON.parse(await wholeEntry(services, 7, origin))).toEqual({ ...entry, hash: 'ab12' });
    expect(services.asked.map(({ command }) => command)).toEqual(
      [0, 10, 20, 30, 40].map((offset) => ({ seq: 7, offset })),
    );
  });

  it('ends when the parts never do', async () => {
    const services = new InMemoryServices().answer(auditRpc.readEntry, ({ offset }) => ({
      text: 'x',
      hash: 'ab12',
      next_offset: offset + 1,
    }));

    await expect(wholeEntry(services, 7, origin)).rejects.toMatchObject({ code: 'too_large' });
  });
});
