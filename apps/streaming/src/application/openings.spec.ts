import { frame, type Frame } from './frames.js';
import { Openings } from './openings.js';

const aFrame = (bytes: number): Frame => frame('1', { event: 'init', data: { text: 'x'.repeat(bytes) } });

describe('Openings', () => {
  const makes: string[] = [];
  const get = (openings: Openings, name: string, bytes = 400) =>
    openings.get(name, () => {
      makes.push(name);
      return aFrame(bytes);
    });
  beforeEach(() => void (makes.length = 0));

  it('make a frame once, until it is forgotten', () => {
    const openings = new Openings();
    expect(get(openings, 'a')).toBe(get(openings, 'a'));
    openings.forget('a');
    get(openings, 'a');

    expect(makes).toEqual(['a', 'a']);
  });

  it('keep no more bytes than the limit, and drop what was not used for longest', () => {
    const openings = new Openings(2_000);
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) get(openings, name);

    expect(makes).toEqual(['a', 'b', 'c', 'b']);
    expect(openings.bytes).toBeLessThanOrEqual(2_000);
  });

  it('keep the newest whatever its size, and nothing beside it', () => {
    const openings = new Openings(2_000);
    for (const name of ['a', 'big', 'big']) get(openings, name, name === 'big' ? 5_000 : 100);
    expect(makes).toEqual(['a', 'big']);
    openings.forget('big');
    openings.forget('big');

    expect(openings.bytes).toBe(0);
  });
});
