import { PLATFORM, systemOrigin } from '#libs/contracts';
import { aLetter, InMemoryDeadLetters, InMemoryReplays, REPLAYED_AT } from './dead-letters.spec-support.js';
import { ReplayDeadLetter } from './replay-dead-letter.js';

describe('ReplayDeadLetter', () => {
  const origin = systemOrigin(PLATFORM, 'r1');
  const setUp = (letter = aLetter()) => {
    const replays = new InMemoryReplays();
    return { replays, replayDeadLetter: new ReplayDeadLetter(new InMemoryDeadLetters([letter]), replays) };
  };

  it('stores the replay on behalf of the caller and answers with its time', async () => {
    const { replays, replayDeadLetter } = setUp();

    const answer = await replayDeadLetter.execute({ id: '7-abc' }, origin);

    expect(answer).toMatchObject({ id: '7-abc', replayed_at: REPLAYED_AT.toISOString() });
    expect(replays.added).toMatchObject([{ letter: { id: '7-abc' }, replay: { payload: '{}' }, origin }]);
  });

  it('refuses a second replay', async () => {
    const { replays, replayDeadLetter } = setUp();
    await replayDeadLetter.execute({ id: '7-abc' }, origin);

    await expect(replayDeadLetter.execute({ id: '7-abc' }, origin)).rejects.toMatchObject({ code: 'conflict' });
    expect(replays.added).toHaveLength(1);
  });

  it('stores nothing for a dead letter that cannot be replayed', async () => {
    const { replays, replayDeadLetter } = setUp(aLetter({ message: undefined }));

    await expect(replayDeadLetter.execute({ id: '7-abc' }, origin)).rejects.toMatchObject({ code: 'conflict' });
    expect(replays.added).toEqual([]);
  });

  it('knows no other dead letters', async () => {
    await expect(setUp().replayDeadLetter.execute({ id: '8-abc' }, origin)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
