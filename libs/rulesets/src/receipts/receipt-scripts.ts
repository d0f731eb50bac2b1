import type { ChainableCommander, Redis } from 'ioredis';

/** Lua definitions: `now`, unix ms by the clock of Redis, and `text`, which formats it without an exponent. */
export const REDIS_NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local function text(ms) return string.format('%.0f', ms) end`;

/** KEYS: hash. ARGV: its ttl in ms, then groups of four: scope, `<epoch> <version>`, ms since the version is held, ms since the scope is. */
const HOLD = `${REDIS_NOW}
  for i = 2, #ARGV, 4 do
    local value = ARGV[i + 1] .. ' ' .. text(now - ARGV[i + 2]) .. ' ' .. text(now - ARGV[i + 3])
    redis.call('HSET', KEYS[1], ARGV[i], value)
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return 'held'`;

/** KEYS: set of evaluators, time of its creation, the evaluator's hash. ARGV: member, ms after which silent members are removed. */
const REPORT = `${REDIS_NOW}
  redis.call('SET', KEYS[2], text(now), 'NX')
  redis.call('ZADD', KEYS[1], text(now), ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. text(now - ARGV[2]))
  for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
  return 'reported'`;

type Args = readonly (string | number)[];
/** The scripts as commands of a pipeline. */
export interface ReceiptCommands {
  loomHold(key: string, ...args: Args): ChainableCommander;
  loomReport(evaluators: string, since: string, hash: string, ...args: Args): ChainableCommander;
}

export function defineReceiptCommands(redis: Redis): void {
  redis.defineCommand('loomHold', { numberOfKeys: 1, lua: HOLD });
  redis.defineCommand('loomReport', { numberOfKeys: 3, lua: REPORT });
}
