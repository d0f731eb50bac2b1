import type { Condition, Scope, SegmentDraft, SegmentPatch } from '#libs/contracts';
import { AppError, invalid, sameJson, refuseUnknownFields } from '#libs/kernel';
import { readNames } from '../details.js';
import { sameSet } from '../same-set.js';
import { findPathBack } from '../find-path.js';
import type { Birth } from '../flags/flag.js';
import { checkSegmentKey } from '../keys.js';
import { readConditions } from './rule-body.js';

/** A set of users, by id or by conditions. `excluded` wins over `included`, which wins over `conditions`. */
export interface Segment {
  readonly id: string;
  readonly scope: Scope;
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  /** Absent: only the included users are members. */
  readonly conditions?: Condition;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const FIELDS = ['name', 'description', 'included', 'excluded', 'conditions'] as const;
const MAX_IDS = 10_000;
const MAX_ID = 200;

export function newSegment(draft: SegmentDraft, { id, scope, at }: Birth): Segment {
  refuseUnknownFields(draft, new Set<string>(['key', ...FIELDS]));
  checkSegmentKey(draft.key);
  return {
    id,
    scope,
    key: draft.key,
    ...readNames(draft),
    ...readMembers(draft),
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** Returns the same object when nothing changes. The order of user ids is no change. */
export function editSegment(segment: Segment, patch: SegmentPatch, at: Date): Segment {
  refuseUnknownFields(patch, new Set<string>(FIELDS));
  const { name, description, included, excluded, conditions } = segment;
  const merged = { name, description, included, excluded, conditions, ...patch };
  const members = readMembers(merged);
  const edited = {
    ...segment,
    ...readNames(merged),
    ...members,
    included: sameSet(members.included, included) ? included : members.included,
    excluded: sameSet(members.excluded, excluded) ? excluded : members.excluded,
  };
  return sameJson(edited, segment) ? segment : { ...edited, version: segment.version + 1, updatedAt: at };
}

/** @throws AppError `segment_cycle` naming the path */
export function refuseSegmentCycle(
  key: string,
  used: readonly string[],
  graph: ReadonlyMap<string, readonly string[]>,
): void {
  const path = findPathBack(key, used, graph);
  if (path === undefined) return;
  const message = `This would be a cycle: ${path.join(' → ')}`;
  throw new AppError('segment_cycle', message, [{ field: 'conditions', message, path }]);
}

function readMembers({
  included,
  excluded,
  conditions,
}: SegmentPatch): Pick<Segment, 'included' | 'excluded' | 'conditions'> {
  return {
    included: readIds(included ?? [], 'included'),
    excluded: readIds(excluded ?? [], 'excluded'),
    conditions: conditions === undefined || conditions === null ? undefined : readConditions(conditions, 'conditions'),
  };
}

function readIds(ids: unknown, field: string): readonly string[] {
  if (!Array.isArray(ids)) throw invalid('invalid_type', field, 'must be a list of user ids');
  if (ids.length > MAX_IDS) throw invalid('too_long', field, `at most ${MAX_IDS} user ids`);
  for (const id of ids as unknown[]) {
    if (typeof id !== 'string') throw invalid('invalid_type', field, 'user ids are strings');
    if (id === '' || id.length > MAX_ID)
      throw invalid('invalid_user_id', field, `a user id has 1 to ${MAX_ID} characters`);
  }
  return [...new Set(ids as string[])];
}
