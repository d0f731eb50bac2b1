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
import { pipelineResults, type RedisConnection } from '#libs/redis';
import type { StreamGroup } from './stream-counts.js';

/** The versions that one evaluator holds for an organization. */
export interface Receipt {
  readonly id: string;
  readonly service: string;
  /** Its last report is too old, or its hash is missing in Redis. */
  readonly silent: boolean;
  readonly platform: HeldVersion | undefined;
  readonly organization: HeldVersion | undefined;
  readonly streams: readonly StreamGroup[];
}
/** The receipts in Redis. Times are unix ms by its clock. */
export interface Receipts {
  readonly now: number;
  /** Every live evaluator has had the time to report: there is no other than these. */
  readonly isWhole: boolean;
  readonly receipts: readonly Receipt[];
  readonly announced: { readonly platform: Announced | undefined; readonly organization: Announced | undefined };
}
interface Member {
  readonly name: string;
  readonly reportedAt: number;
}

/** Reads the receipts of an organization in two round trips. @throws AppError `store_unavailable` */
export async function readReceipts(redis: RedisConnection, orgId: string, forgetMs: number): Promise<Receipts> {
  try {
    const { now, since, members } = await readMembers(redis, forgetMs);
    const pipeline = redis.client.pipeline().mget(announcedKey(PLATFORM), announcedKey(orgId));
    const fields = [STARTED_FIELD, PLATFORM, orgId, streamsField(orgId)];
    for (const { name } of members) pipeline.hmget(evaluatorKey(name), ...fields);
    const [announced = [], ...hashes] = await pipelineResults<(string | null)[]>(pipeline);
    return {
      now,
      isWhole: since !== null && now - Number(since) > SILENT_MS,
      receipts: members.map((member, index) => receiptOf(member, hashes[index] ?? [], now)),
      announced: { platform: parseAnnounced(announced[0]), organization: parseAnnounced(announced[1]) },
    };
  } catch (error) {
    throw new AppError(
      'store_unavailable',
      'The versions that evaluators hold are not available at the moment; try again shortly',
      [],
      {
        cause: error,
      },
    );
  }
}

async function readMembers(redis: RedisConnection, forgetMs: number) {
  const pipeline = redis.client.multi().time().get(EVALUATORS_SINCE).zrange(EVALUATORS, 0, -1, 'WITHSCORES');
  const [time, since, flat] = (await pipelineResults(pipeline)) as [[number, number], string | null, string[]];
  const now = Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000);
  const members: Member[] = [];
  for (let i = 0; i < flat.length; i += 2) members.push({ name: flat[i]!, reportedAt: Number(flat[i + 1]) });
  return { now, since, members: members.filter(({ reportedAt }) => now - reportedAt <= forgetMs) };
}

function receiptOf({ name, reportedAt }: Member, hash: readonly (string | null)[], now: number): Receipt {
  const [started, platform, organization, streams] = hash;
  const colon = name.indexOf(':');
  return {
    service: name.slice(0, colon),
    id: name.slice(colon + 1),
    silent: started == null || now - reportedAt > SILENT_MS,
    platform: parseHeld(platform),
    organization: parseHeld(organization),
    streams: streams == null ? [] : (JSON.parse(streams) as StreamGroup[]),
  };
}
