import type { Membership } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { RpcClient } from '#libs/bus';
import { aMembership, ORG, USER_ID } from '../../test/builders.js';
import { ManualClock } from '../../test/clock.js';
import { RememberedMemberships } from './remembered-memberships.js';

const OTHER = '01900000-0000-7000-8000-00000000000b';

function setUp(answer: () => Promise<Membership> = () => Promise.resolve(aMembership({ role: 'admin' }))) {
  const clock = new ManualClock();
  const asked: unknown[] = [];
  const rpc = { ask: (_rpc: unknown, command: unknown) => (asked.push(command), answer()) } as unknown as RpcClient;
  return { clock, asked, memberships: new RememberedMemberships(rpc, clock) };
}

describe('remembered memberships', () => {
  it('are asked for once in five minutes', async () => {
    const { clock, asked, memberships } = setUp();

    await memberships.get(USER_ID, ORG.id);
    clock.advance(299_000);
    await memberships.get(USER_ID, ORG.id);
    expect(asked).toEqual([{ user_id: USER_ID, org: ORG.id }]);

    clock.advance(2_000);
    await memberships.get(USER_ID, ORG.id);
    expect(asked).toHaveLength(2);
  });

  it('are asked for once by callers at the same time', async () => {
    const { asked, memberships } = setUp();

    await Promise.all([1, 2, 3].map(() => memberships.get(USER_ID, ORG.id)));

    expect(asked).toHaveLength(1);
  });

  it.each([
    ['the member', (all: RememberedMemberships) => all.forgetMember(ORG.id, USER_ID), 2],
    ['another member', (all: RememberedMemberships) => all.forgetMember(ORG.id, 'somebody'), 1],
    ['the member elsewhere', (all: RememberedMemberships) => all.forgetMember(OTHER, USER_ID), 1],
    ['the organization', (all: RememberedMemberships) => all.forgetOrganization(ORG.id), 2],
    ['another organization', (all: RememberedMemberships) => all.forgetOrganization(OTHER), 1],
    ['all', (all: RememberedMemberships) => all.forgetAll(), 2],
  ])('after forgetting %s', async (_what, forget, times) => {
    const { asked, memberships } = setUp();
    await memberships.get(USER_ID, 'acme');

    forget(memberships);
    await memberships.get(USER_ID, 'acme');

    expect(asked).toHaveLength(times);
  });

  it('are not kept when they were asked for before they were forgotten', async () => {
    const slow = Promise.withResolvers<Membership>();
    const answers = [slow.promise, Promise.resolve(aMembership({ role: 'member' }))];
    const { memberships } = setUp(() => answers.shift()!);
    const early = memberships.get(USER_ID, ORG.id);

    memberships.forgetMember(ORG.id, USER_ID);
    slow.resolve(aMembership({ role: 'admin' }));
    await early;

    expect((await memberships.get(USER_ID, ORG.id)).role).toBe('member');
  });

  it('never keep a refusal: who is added is let in at once', async () => {
    const answers = [
      Promise.reject(new AppError('not_found', 'No such organization')),
      Promise.resolve(aMembership({ role: 'member' })),
    ];
    const { memberships } = setUp(() => answers.shift()!);

    await expect(memberships.get(USER_ID, ORG.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await memberships.get(USER_ID, ORG.id)).role).toBe('member');
  });
});
