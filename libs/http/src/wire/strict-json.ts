import { isUtf8 } from 'node:buffer';
import { AppError, type Json } from '#libs/kernel';
import type { RouteConfig } from '../access/access.js';
import { clampNumbers, refuseUnsafeNumbers } from './exact-numbers.js';
import { countMembers, countMembersAndCheckTexts, type JsonContainer } from './strict-json-walk.js';

/** Limit of nesting; the root is level 1. */
const MAX_JSON_DEPTH = 20;
/** Limit of the members of all objects and the items of all lists of a document. */
const MAX_JSON_MEMBERS = 50_000;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LETTER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Parses an object or array in valid UTF-8, at most 20 levels deep and of at most `maxMembers` members and items, without
 * duplicate keys, `__proto__`, lone surrogates, U+0000 or numbers beyond the range of a double. The result is that of
 * `JSON.parse`.
 *
 * A pass over the bytes counts members, items and levels before objects are built: what exceeds a limit costs no more than
 * that pass. After `JSON.parse` the members of the value are counted: fewer than in the text means a duplicate key. Strings
 * are checked only when `\u` occurs, since only escapes can express a lone surrogate or U+0000.
 * @param numbers `exact`: values and metadata must come back as they are written. `any`: numbers beyond the range of a double
 * become the nearest that it holds. Default: those are refused, others are rounded.
 * @throws AppError 400 `empty_body` `invalid_utf8` `invalid_json` `too_deep` `too_many_members` `invalid_type`
 * `duplicate_key` `forbidden_key` `invalid_string` `unsafe_number`
 */
export function parseStrictJson(body: Buffer, numbers?: RouteConfig['numbers'], maxMembers = MAX_JSON_MEMBERS): Json {
  if (body.length === 0) throw new AppError('empty_body', 'Send a JSON object as the body');
  if (!isUtf8(body)) throw new AppError('invalid_utf8', 'The body is not valid UTF-8');
  const members = scan(body, maxMembers);
  const value = parse(body);
  if (typeof value !== 'object' || value === null) {
    throw new AppError('invalid_type', 'The body must be a JSON object, not a single value');
  }
  if (numbers === 'exact') refuseUnsafeNumbers(body);
  const found = numbers === 'any' ? countClamping(value) : count(value);
  if (found !== members) throw new AppError('duplicate_key', 'An object of the body has the same key twice');
  return value;
}

function count(value: JsonContainer): number {
  return hasEscapes ? countMembersAndCheckTexts(value) : countMembers(value);
}

/** Numbers that are too large are so rare that looking for them costs nothing until one is found. */
function countClamping(value: JsonContainer): number {
  try {
    return count(value);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'invalid_type')) throw error;
    clampNumbers(value);
    return count(value);
  }
}

/**
 * Second result of `scan`: whether `\u` occurs. A variable saves an object per request; it is read before any other code runs.
 */
let hasEscapes = false;

/**
 * Returns the number of `:` outside strings, which is the number of members when the text is JSON. Of members and items
 * together there are as many as commas and non-empty objects and lists.
 * @throws AppError `too_deep`, `too_many_members`
 */
function scan(body: Uint8Array, maxMembers: number): number {
  const length = body.length;
  let members = 0;
  let entries = 0;
  let depth = 0;
  let escapes = false;
  for (let i = 0; i < length; i++) {
    const byte = body[i];
    if (byte === QUOTE) {
      let inner = body[++i];
      while (inner !== QUOTE && i < length) {
        if (inner === BACKSLASH && body[++i] === LETTER_U) escapes = true;
        inner = body[++i];
      }
    } else if (byte === COLON) members++;
    else if (byte === COMMA) entries++;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > MAX_JSON_DEPTH) throw tooDeep();
      if (!isClosed(body, i)) entries++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    else continue;
    if (entries > maxMembers) throw tooManyMembers(maxMembers);
  }
  hasEscapes = escapes;
  return members;
}

/** Whether nothing but white space stands between an opening bracket and the closing one. */
function isClosed(body: Uint8Array, open: number): boolean {
  let i = open + 1;
  while (body[i]! <= SPACE) i++;
  return body[i] === CLOSE_OBJECT || body[i] === CLOSE_ARRAY;
}

function tooDeep(): AppError {
  return new AppError('too_deep', `The body is nested deeper than ${MAX_JSON_DEPTH} levels`);
}

function tooManyMembers(max: number): AppError {
  return new AppError('too_many_members', `The body has more than ${max} members and items`);
}

function parse(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    throw new AppError('invalid_json', 'The body is not valid JSON');
  }
}
