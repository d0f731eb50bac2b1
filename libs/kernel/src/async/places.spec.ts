import { Places, takeAll } from './places.js';

describe('Places', () => {
  const full = {
    code: 'rate_limited',
    details: [expect.objectContaining({ retry_after: expect.any(Number) as number })],
  };

  it('gives each name so many places, and each place again once it is free', () => {
    const places = new Places(2, 'Too many');
    const free = places.take('a');
    places.take('a');

    expect(() => places.take('a')).toThrow(expect.objectContaining(full));
    places.take('b');

    free();
    free();
    places.take('a');
    expect(() => places.take('a')).toThrow(expect.objectContaining(full));
  });

  it('gives several places together, or none', () => {
    const [persons, organizations] = [new Places(1, 'person'), new Places(2, 'organization')];
    const take = (person: string) => takeAll([() => organizations.take('o'), () => persons.take(person)]);
    const free = take('ada');

    expect(() => take('ada')).toThrow('person');
    take('bob');
    expect(() => take('eve')).toThrow('organization');

    free();
    take('eve');
  });
});
