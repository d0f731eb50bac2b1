import { ANNOUNCED_TTL_S, EPOCH_FIELD, REDIS_NOW, VERSION_FIELD } from '#libs/platform';

/**
 * A ruleset in Redis: a hash of documents by ref, and the fields for epoch and version. These scripts alone write it, so that
 * whatever several writers do at once, a reader sees one version, whole, and never an older one than before.
 */

/** Epochs have one width, so they order as text. */
const HAVE = `
  local have = redis.call('HMGET', KEYS[1], '${EPOCH_FIELD}', '${VERSION_FIELD}')
  local epoch, version = ARGV[1], tonumber(ARGV[2])`;

/** Notes when a version came, for receipts of who holds it. */
const announce = (key: string): string => `
  ${REDIS_NOW}
  redis.call('SET', ${key}, epoch .. ' ' .. ARGV[2] .. ' ' .. text(now), 'EX', ${ANNOUNCED_TTL_S})`;

/** KEYS: hash, when it was announced. ARGV: epoch, version, then ref and document by turns; an empty document is a tombstone. */
export const APPLY_DELTA = `${HAVE}
  if have[1] and (have[1] > epoch or (have[1] == epoch and tonumber(have[2]) >= version)) then return 'older' end
  local isNext = have[1] == epoch and tonumber(have[2]) + 1 == version
  local isFirst = not have[1] and version == 1
  if not (isNext or isFirst) then return 'gap' end
  for i = 3, #ARGV, 2 do
    if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i]) else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  end
  redis.call('HSET', KEYS[1], '${EPOCH_FIELD}', epoch, '${VERSION_FIELD}', ARGV[2])
  ${announce('KEYS[2]')}
  return 'applied'`;

/**
 * KEYS: hash, a hash staged beside it, when it was announced. ARGV: epoch, version of the staged one. A ruleset that Redis
 * lacked altogether is no news: it was announced at another time.
 */
export const REPLACE = `${HAVE}
  if have[1] and (have[1] > epoch or (have[1] == epoch and tonumber(have[2]) > version)) then
    redis.call('DEL', KEYS[2])
    return 'older'
  end
  if have[1] and (have[1] < epoch or tonumber(have[2]) < version) then
    ${announce('KEYS[3]')}
  end
  redis.call('HSET', KEYS[2], '${EPOCH_FIELD}', epoch, '${VERSION_FIELD}', ARGV[2])
  redis.call('RENAME', KEYS[2], KEYS[1])
  redis.call('PERSIST', KEYS[1])
  return 'replaced'`;
