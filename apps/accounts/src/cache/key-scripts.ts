/** KEYS: record, set of revocations. ARGV: record, ms to live, look-up id. A live record never replaces a revoked one. */
export const KEEP_RECORD = `
  if redis.call('ZSCORE', KEYS[2], ARGV[3]) then return 'revoked' end
  local have = redis.call('GET', KEYS[1])
  if have and cjson.decode(have).revoked_at then return 'revoked' end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 'kept'`;
