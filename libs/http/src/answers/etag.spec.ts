import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { etagMatches, ifMatch, setVersions } from './etag.js';

const requestWith = (header: string | undefined): FastifyRequest =>
  ({ headers: { 'if-match': header } }) as unknown as FastifyRequest;

describe('ifMatch', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    ['"7"', 7],
    ['"0"', 0],
  ])('reads %s as %s', (header, version) => {
    expect(ifMatch(requestWith(header))).toBe(version);
  });

  it.each(['7', 'W/"7"', '"7", "8"', '"x"', '""'])('refuses %s with version_conflict', (header) => {
    expect(() => ifMatch(requestWith(header))).toThrow(AppError);
    expect(() => ifMatch(requestWith(header))).toThrow(expect.objectContaining({ code: 'version_conflict' }));
  });
});

describe('etagMatches', () => {
  it.each([
    ['the same ETag', '"7"', true],
    ['its weak form', 'W/"7"', true],
    ['a list that contains it', '"6", W/"7" ,"8"', true],
    ['any ETag', '*', true],
    ['another ETag', '"70"', false],
    ['the version without quotes', '7', false],
    ['an empty header', '', false],
  ])('compares %s', (_what, header, expected) => {
    expect(etagMatches(header, '"7"')).toBe(expected);
  });
});

describe('setVersions', () => {
  it('sets a header only for a known version', () => {
    const headers: Record<string, string> = {};
    const reply = { header: (name: string, value: string) => (headers[name] = value) } as unknown as FastifyReply;

    setVersions(reply, { loom: 'mi5xk2p00.12' });
    expect(headers).toEqual({ 'loom-version': 'mi5xk2p00.12' });
    setVersions(reply, { version: 7 });

    expect(headers).toEqual({ 'loom-version': 'mi5xk2p00.12', etag: '"7"' });
  });
});
