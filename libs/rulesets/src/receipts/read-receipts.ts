import {
  PLATFORM,
  announcedKey,
  EVALUATORS,
  EVALUATORS_SINCE,
  evaluatorKey,
  parseAnnounced,
  parseHeld,
  SILENT_MS,
  STARTED_FIELD,
  streamsField,
  type Announced,
  type HeldVersion,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { RedisConnection } from '#libs/redis';
import type { StreamGroup } from './stream-counts.js';

/** What one evaluator said of an organization. */
export interface Receipt {
  readonly id: string;
  readonly service: string;
  /** Its last word is too old, or what it said is lost. */
  readonly silent: boolean;
  readonly platform: HeldVersion | undefined;
  readonly organization: HeldVersion | undefined;
  readonly streams: readonly StreamGroup[];
}
/** What Redis knows of the evaluators. Times are unix ms by its clock. */
export interface Receipts {
  readonly now: number;
  /** Every evaluator that lives has had the time to say something: those that are not here are none. */
  readonly isWhole: boolean;
  readonly receipts: readonly Receipt[];
  readonly announced: { readonly platform: Announced | undefined; readonly organization: Announced | undefined };
}
interface Member {
  readonly name: string;
  readonly saidAt: number;
}

/** Reads the receipts of an organization, by two round trips. @throws AppError `store_unavailable` */
export async function readReceipts(redis: RedisConnection, orgId: string, forgetMs: number): Promise<Receipts> {
  try {
    const { now, since, members } = await readMembers(redis, forgetMs);
    const pipeline = redis.client.pipeline().mget(announcedKey(PLATFORM), announcedKey(orgId));
    const fields = [STARTED_FIELD, PLATFORM, orgId, streamsField(orgId)];
    for (const { name } of members) pipeline.hmget(evaluatorKey(name), ...fields);
    const [announced = [], ...said] = answersOf<(string | null)[]>(await pipeline.exec());
    return {
      now,
      isWhole: since !== null && now - Number(since) > SILENT_MS,
      receipts: members.map((member, index) => receiptOf(member, said[index] ?? [], now)),
      announced: { platform: parseAnnounced(announced[0]), organization: parseAnnounced(announced[1]) },
    };
  } catch (error) {
    throw new AppError('store_unavailable', 'What evaluators hold is not known at the moment; try again shortly', [], {
      cause: error,
    });
  }
}

async function readMembers(redis: RedisConnection, forgetMs: number) {
  const pipeline = redis.client.multi().time().get(EVALUATORS_SINCE).zrange(EVALUATORS, 0, -1, 'WITHSCORES');
  const [time, since, flat] = answersOf<unknown>(await pipeline.exec()) as [[number, number], string | null, string[]];
  const now = Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000);
  const members: Member[] = [];
  for (let i = 0; i < flat.length; i += 2) members.push({ name: flat[i]!, saidAt: Number(flat[i + 1]) });
  return { now, since, members: members.filter(({ saidAt }) => now - saidAt <= forgetMs) };
}

/** @throws the first error */
function answersOf<T>(results: [Error | null, unknown][] | null): T[] {
  if (results === null) throw new Error('Redis refused');
  return results.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer as T;
  });
}

function receiptOf({ name, saidAt }: Member, said: readonly (string | null)[], now: number): Receipt {
  const [started, platform, organization, streams] = said;
  const colon = name.indexOf(':');
  return {
    service: name.slice(0, colon),
    id: name.slice(colon + 1),
    silent: started == null || now - saidAt > SILENT_MS,
    platform: parseHeld(platform),
    organization: parseHeld(organization),
    streams: streams == null ? [] : (JSON.parse(streams) as StreamGroup[]),
  };
}
