import { Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Clock } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import { provide } from './provide.js';
import type { Token } from './token.js';

const NAME: Token<string> = 'Name';
const LINE: Token<string> = 'Line';

async function resolve(token: Token<string>, providers: Provider[]): Promise<string> {
  @Module({ providers })
  class TestModule {}
  const app = await NestFactory.createApplicationContext(TestModule, { logger: false });
  const value = app.get<string>(token);
  await app.close();
  return value;
}

describe('provide', () => {
  const values: Provider[] = [
    { provide: NAME, useValue: 'flags' },
    { provide: Clock, useValue: new FixedClock('2026-01-01T00:00:00Z') },
  ];

  it('calls the factory with the values of its tokens, in their order', async () => {
    const line = provide(LINE, [NAME, Clock], (name: string, clock: Clock) => `${name} at ${clock.now().getTime()}`);

    expect(await resolve(LINE, [...values, line])).toBe(`flags at ${Date.parse('2026-01-01T00:00:00Z')}`);
  });

  it('waits for a factory that returns a promise', async () => {
    const line = provide(LINE, [NAME], async (name: string) => `${name}, later`);

    expect(await resolve(LINE, [...values, line])).toBe('flags, later');
  });
});
