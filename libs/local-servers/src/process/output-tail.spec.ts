import { OutputTail } from './output-tail.js';

describe('OutputTail', () => {
  it('keeps everything while that is little', () => {
    const tail = new OutputTail(100);
    tail.add(Buffer.from('one '));
    tail.add(Buffer.from('two'));

    expect(tail.text).toBe('one two');
  });

  it('drops the oldest chunks that are not needed for the last bytes', () => {
    const tail = new OutputTail(5);
    for (const chunk of ['aaa', 'bbb', 'ccc', 'ddd']) tail.add(Buffer.from(chunk));

    expect(tail.text).toBe('cccddd');
  });

  it('joins a character that was cut between two chunks', () => {
    const tail = new OutputTail(100);
    const [first, second] = Buffer.from('é');
    tail.add(Buffer.from([first!]));
    tail.add(Buffer.from([second!]));

    expect(tail.text).toBe('é');
  });
});
