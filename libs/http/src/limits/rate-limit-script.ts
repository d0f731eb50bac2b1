const PREFIX = 'loom:limit';
/** Key prefix of token buckets: `capacity` requests at once, refilled at `capacity / seconds` per second. */
export const BUCKET = `${PREFIX}:bucket`;
/** Key prefix of sliding windows: at most `capacity` requests in any period of `seconds`. */
export const WINDOW = `${PREFIX}:window`;

/**
 * Takes tokens from a bucket or a window, by the clock of Redis. Returns what rate-limiter-flexible expects: the consumed points,
 * more than the capacity for a refusal, and the ms until there is more. A refusal takes no tokens. rate-limiter-flexible
 * registers one script per connection, so both kinds share it. KEYS: the key. ARGV: cost, (unused), capacity, seconds.
 */
export const TAKE = `
  local cost, capacity, windowMs = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]) * 1000
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if string.sub(KEYS[1], 1, ${BUCKET.length}) == '${BUCKET}' then
    local have = redis.call('HMGET', KEYS[1], 'tokens', 'at')
    local elapsed = math.max(0, now - (tonumber(have[2]) or now))
    local tokens = math.min(capacity, (tonumber(have[1]) or capacity) + elapsed * capacity / windowMs)
    if tokens < cost then return {capacity + 1, math.ceil((cost - tokens) * windowMs / capacity)} end
    tokens = tokens - cost
    redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
    redis.call('PEXPIRE', KEYS[1], 2 * windowMs)
    return {capacity - math.floor(tokens), math.ceil((capacity - tokens) * windowMs / capacity)}
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - windowMs)
  local used = redis.call('ZCARD', KEYS[1])
  local last = math.max(0, used + cost - capacity - 1)
  local leaves = tonumber(redis.call('ZRANGE', KEYS[1], last, last, 'WITHSCORES')[2]) or now
  local freeInMs = math.max(1, leaves + windowMs - now)
  if used + cost > capacity then return {capacity + 1, freeInMs} end
  for i = 1, cost do redis.call('ZADD', KEYS[1], now, time[1] .. '.' .. time[2] .. ':' .. used + i) end
  redis.call('PEXPIRE', KEYS[1], 2 * windowMs)
  return {used + cost, freeInMs}`;
