import { accountsRpc, type Membership } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import { aMembership, ORG, USER_ID } from '../../test/builders.js';
import { InMemoryServices } from '../../test/fakes/in-memory-services.js';
import { CachedMemberships } from './cached-memberships.js';

const OTHER = '01900000-0000-7000-8000-00000000000b';

function setUp(answer: () => Promise<Membership> = () => Promise.resolve(aMembership({ role: 'admin' }))) {
  const clock = new FixedClock();
  const asked: unknown[] = [];
  const services = new InMemoryServices().answer(
    accountsRpc.getMembership,
    (command) => (asked.push(command), answer()),
  );
  return { clock, asked, memberships: new CachedMemberships(services, clock) };
}

describe('CachedMemberships', () => {
  it('asks for a membership once in five minutes', async () => {
    const { clock, asked, memberships } = setUp();

    await memberships.get(USER_ID, ORG.id);
    clock.advance(299_000);
    await memberships.get(USER_ID, ORG.id);
    expect(asked).toEqual([{ user_id: USER_ID, org: ORG.id }]);

    clock.advance(2_000);
    await memberships.get(USER_ID, ORG.id);
    expect(asked).toHaveLength(2);
  });

  it('asks once for concurrent callers', async () => {
    const { asked, memberships } = setUp();

    await Promise.all([1, 2, 3].map(() => memberships.get(USER_ID, ORG.id)));

    expect(asked).toHaveLength(1);
  });

  it.each([
    ['the member', (all: CachedMemberships) => all.forgetMember(ORG.id, USER_ID), 2],
    ['another member', (all: CachedMemberships) => all.forgetMember(ORG.id, 'somebody'), 1],
    ['the member elsewhere', (all: CachedMemberships) => all.forgetMember(OTHER, USER_ID), 1],
    ['the organization', (all: CachedMemberships) => all.forgetOrganization(ORG.id), 2],
    ['another organization', (all: CachedMemberships) => all.forgetOrganization(OTHER), 1],
    ['all', (all: CachedMemberships) => all.forgetAll(), 2],
  ])('asks again after forgetting %s: %#', async (_what, forget, times) => {
    const { asked, memberships } = setUp();
    await memberships.get(USER_ID, 'acme');

    forget(memberships);
    await memberships.get(USER_ID, 'acme');

    expect(asked).toHaveLength(times);
  });

  it('does not cache an answer that was requested before it was forgotten', async () => {
    const slow = Promise.withResolvers<Membership>();
    const answers = [slow.promise, Promise.resolve(aMembership({ role: 'member' }))];
    const { memberships } = setUp(() => answers.shift()!);
    const early = memberships.get(USER_ID, ORG.id);

    memberships.forgetMember(ORG.id, USER_ID);
    slow.resolve(aMembership({ role: 'admin' }));
    await early;

    expect((await memberships.get(USER_ID, ORG.id)).role).toBe('member');
  });

  it('does not cache a refusal: a new member is admitted at once', async () => {
    const answers = [
      Promise.reject(new AppError('not_found', 'No such organization')),
      Promise.resolve(aMembership({ role: 'member' })),
    ];
    const { memberships } = setUp(() => answers.shift()!);

    await expect(memberships.get(USER_ID, ORG.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await memberships.get(USER_ID, ORG.id)).role).toBe('member');
  });
});
