import {
  claimsOf,
  DAY_MS,
  InMemoryAccounts,
  PASSWORD,
  platformOrigin,
  stranger,
} from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';

describe('RotateSigningKey', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
  });

  type Process = ReturnType<InMemoryAccounts['useCases']>;
  const kidsOf = async ({ getJwks }: Process) => (await getJwks.execute()).keys.map(({ kid }) => kid);
  const rotate = ({ rotateSigningKey }: Process, origin = platformOrigin(root)) => rotateSigningKey.execute({}, origin);
  /** The key that signs now. */
  const signingKidOf = async ({ signIn }: Process) => {
    const command = { email: root.email, password: PASSWORD, client_type: 'web' as const, address: 'here' };
    return claimsOf((await signIn.execute(command, stranger)).access_token)['kid'];
  };

  it('publishes a key five minutes before it signs, also in processes that read the keys before', async () => {
    const [one, other] = [accounts.useCases(), accounts.useCases()];
    const before = await signingKidOf(one);
    await expect(kidsOf(other)).resolves.toEqual([before]);
    accounts.arranged();

    const { kid, signs_from } = await rotate(one);

    expect(Date.parse(signs_from) - accounts.clock.now().getTime()).toBe(300_000);
    await expect(kidsOf(one)).resolves.toEqual([kid, before]);
    expect(accounts.audited).toMatchObject([
      { actor: { id: root.id }, data: { event: 'SigningKeyRotated', metadata: { previous_kid: before } } },
    ]);
    accounts.clock.advance(60_001); // what the other process read is too old now
    await expect(kidsOf(other)).resolves.toEqual([kid, before]);
    accounts.clock.advance(300_000 - 60_001 - 1);
    await expect(Promise.all([one, other].map(signingKidOf))).resolves.toEqual([before, before]);
    accounts.clock.advance(1);
    await expect(Promise.all([one, other].map(signingKidOf))).resolves.toEqual([kid, kid]);
  });

  it('keeps the old key published until the last of its tokens has expired', async () => {
    const process = accounts.useCases();
    const before = await signingKidOf(process);
    const { kid } = await rotate(process);
    accounts.clock.advance(300_000 + 900_000 - 1);
    await expect(kidsOf(process)).resolves.toEqual([kid, before]);

    accounts.clock.advance(1);

    await expect(kidsOf(process)).resolves.toEqual([kid]);
  });

  it('rotates once for all requests that come before the new key signs', async () => {
    const processes = [accounts.useCases(), accounts.useCases(), accounts.useCases()];
    await signingKidOf(processes[0]!);
    accounts.arranged();

    const answers = await Promise.all(processes.map((process) => rotate(process)));

    expect(new Set(answers.map(({ kid }) => kid)).size).toBe(1);
    expect(accounts.uow.tables.signingKeys.size).toBe(2);
    expect(accounts.audited).toHaveLength(1);
  });

  it('refuses others than super admins', async () => {
    const ann = await accounts.user('ann@loom.localhost');
    const key = { ...platformOrigin(root), actor: { type: 'api_key' as const, id: root.id } };

    for (const origin of [platformOrigin(ann), key]) {
      await expect(rotate(accounts.useCases(), origin)).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(accounts.uow.tables.signingKeys.size).toBe(0);
  });

  it('rotates a key that is too old, by one of many processes; without a key it does nothing', async () => {
    const processes = [accounts.useCases(), accounts.useCases()];
    const executeIfDue = () => Promise.all(processes.map((process) => process.rotateSigningKey.executeIfDue()));
    await executeIfDue();
    expect(accounts.uow.tables.signingKeys.size).toBe(0);
    const first = await signingKidOf(processes[0]!);

    accounts.clock.advance(90 * DAY_MS - 1);
    await executeIfDue();
    await expect(kidsOf(processes[0]!)).resolves.toEqual([first]);
    accounts.clock.advance(1);
    await executeIfDue();
    await executeIfDue();

    await expect(kidsOf(processes[0]!)).resolves.toHaveLength(2);
    expect(accounts.uow.tables.signingKeys.size).toBe(2);
  });
});
