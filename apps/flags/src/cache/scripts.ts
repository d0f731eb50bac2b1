import { ANNOUNCED_TTL_S, EPOCH_FIELD, VERSION_FIELD } from '#libs/contracts';
import { REDIS_NOW } from '#libs/rulesets';

/**
 * A ruleset in Redis: a hash of documents by ref, plus the fields for epoch and version. Only these scripts write it, so that
 * readers always see one whole version, and never an older one than before, however many writers there are.
 */

/** Epochs have a fixed width, so they compare as text. */
const HAVE = `
  local have = redis.call('HMGET', KEYS[1], '${EPOCH_FIELD}', '${VERSION_FIELD}')
  local epoch, version = ARGV[1], tonumber(ARGV[2])`;

/** Stores the time of a new version, which propagation receipts are measured from. */
const announce = (key: string): string => `
  ${REDIS_NOW}
  redis.call('SET', ${key}, epoch .. ' ' .. ARGV[2] .. ' ' .. text(now), 'EX', ${ANNOUNCED_TTL_S})`;

/** Upper bounds of one scope's journal: versions, bytes, and seconds without a change. */
const JOURNAL = { entries: 1_000, bytes: 4 * 1_024 * 1_024, seconds: 6 * 3_600 } as const;

/**
 * Appends the changes of a delta, each as JSON with the document before it, to the journal: one field per version, without gaps
 * from `@first` to `@last`. Documents are JSON text already and are not parsed: Lua would change their numbers and lists.
 */
const APPEND = `
  local entry = '{"epoch":"' .. epoch .. '","version":' .. ARGV[2] .. ',"changes":[' .. table.concat(changes, ',') .. ']}'
  local kept = redis.call('HMGET', KEYS[3], '@epoch', '@first', '@last', '@bytes')
  local first, bytes = version, 0
  if kept[1] == epoch and tonumber(kept[3]) + 1 == version then
    first, bytes = tonumber(kept[2]), tonumber(kept[4])
  else
    redis.call('DEL', KEYS[3])
  end
  redis.call('HSET', KEYS[3], ARGV[2], entry)
  bytes = bytes + #entry
  while first <= version and (version - first >= ${JOURNAL.entries} or bytes > ${JOURNAL.bytes}) do
    local oldest = string.format('%d', first)
    bytes = bytes - redis.call('HSTRLEN', KEYS[3], oldest)
    redis.call('HDEL', KEYS[3], oldest)
    first = first + 1
  end
  redis.call('HSET', KEYS[3], '@epoch', epoch, '@first', string.format('%d', first), '@last', ARGV[2],
    '@bytes', string.format('%d', bytes))
  redis.call('EXPIRE', KEYS[3], ${JOURNAL.seconds})`;

/** KEYS: ruleset, announcement, journal. ARGV: epoch, version, then pairs of ref and document; an empty document deletes. */
export const APPLY_DELTA = `${HAVE}
  if have[1] and (have[1] > epoch or (have[1] == epoch and tonumber(have[2]) >= version)) then return 'older' end
  local isNext = have[1] == epoch and tonumber(have[2]) + 1 == version
  local isFirst = not have[1] and version == 1
  if not (isNext or isFirst) then return 'gap' end
  local changes = {}
  for i = 3, #ARGV, 2 do
    local ref, document = ARGV[i], ARGV[i + 1]
    local before = redis.call('HGET', KEYS[1], ref) or 'null'
    if document == '' then redis.call('HDEL', KEYS[1], ref) else redis.call('HSET', KEYS[1], ref, document) end
    if document == '' then document = 'null' end
    changes[#changes + 1] = '{"ref":' .. cjson.encode(ref) .. ',"before":' .. before .. ',"document":' .. document .. '}'
  end
  redis.call('HSET', KEYS[1], '${EPOCH_FIELD}', epoch, '${VERSION_FIELD}', ARGV[2])
  ${APPEND}
  ${announce('KEYS[2]')}
  return 'applied'`;

/**
 * KEYS: ruleset, staged ruleset, announcement, journal, which is deleted since it does not lead to this version. ARGV: epoch and
 * version of the staged ruleset. A ruleset that was missing in Redis is not announced: its version is not new.
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
  redis.call('DEL', KEYS[4])
  return 'replaced'`;
