import { Failures } from './failures.js';

describe('Failures', () => {
  it('counts the failures of each message, until the message is forgotten', () => {
    const failures = new Failures();
    const counts = [failures.add(1), failures.add(1), failures.add(2)];
    failures.forget(1);

    expect([...counts, failures.add(1)]).toEqual([1, 2, 1, 1]);
  });

  it('drops the message that failed longest ago when it counts more than 10,000', () => {
    const failures = new Failures();
    failures.add(1);
    failures.add(2);
    failures.add(1);
    for (let sequence = 3; sequence <= 10_001; sequence++) failures.add(sequence);

    expect([failures.add(1), failures.add(2)]).toEqual([3, 1]);
  });
});
