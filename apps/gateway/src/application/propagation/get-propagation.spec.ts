import { flagsRpc, PLATFORM, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { ORG } from '../../../test/builders.js';
import { InMemoryServices } from '../../../test/fakes/in-memory-services.js';
import type { Receipts } from '../../domain/propagation.js';
import { GetPropagation } from './get-propagation.js';

const origin: Origin = { scope: ORG.id, actor: { type: 'user', id: 'u-1' }, request_id: 'req-1' };
const held = (version: number) => ({ epoch: 'e1', version, since: 1_000, loaded: 500 });
const receipts: Receipts = {
  now: 2_000,
  isWhole: true,
  receipts: [{ id: 'a', service: 'evaluation', silent: false, platform: held(3), organization: held(9), streams: [] }],
  announced: { platform: undefined, organization: undefined },
};

function setUp(organization: number, read: (orgId: string) => Promise<Receipts> = () => Promise.resolve(receipts)) {
  const versions = [
    { scope: ORG.id, epoch: 'e1', version: organization },
    { scope: PLATFORM, epoch: 'e1', version: 3 },
  ];
  const services = new InMemoryServices().answer(flagsRpc.getVersions, () => ({ versions }));
  return { services, getPropagation: new GetPropagation(services, read) };
}

describe('GetPropagation', () => {
  it('compares the reports with the newest versions of the platform and the organization', async () => {
    const { services, getPropagation } = setUp(9);

    const { version, complete } = await getPropagation.execute(origin);

    expect([version, complete]).toEqual(['e1.3.9', true]);
    expect(services.asked).toEqual([
      { subject: flagsRpc.getVersions.subject, command: { scopes: [PLATFORM, ORG.id] }, origin },
    ]);
  });

  it('is incomplete while an evaluator holds an older version', async () => {
    expect(await setUp(10).getPropagation.execute(origin)).toMatchObject({ version: 'e1.3.10', complete: false });
  });

  it('reads the reports before it asks for the newest versions', async () => {
    const order: string[] = [];
    const { services, getPropagation } = setUp(9, async () => {
      order.push(`reports, after ${services.asked.length} requests`);
      return receipts;
    });

    await getPropagation.execute(origin);

    expect(order).toEqual(['reports, after 0 requests']);
  });

  it('fails when the reports cannot be read, without a request', async () => {
    const away = () => Promise.reject(new AppError('store_unavailable', 'Redis is away'));
    const { services, getPropagation } = setUp(9, away);

    await expect(getPropagation.execute(origin)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(services.asked).toEqual([]);
  });
});
