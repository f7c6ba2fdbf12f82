-- Takes deliveries that are due, and puts them off for as long as their lease lasts.
-- KEYS[1] -> prefix
-- ARGV[1] -> the most to take  ARGV[2] -> how long the leases last, in ms
-- ARGV[3...] -> the fields of their jobs to tell
-- Returns a list of {id, fence, kind, target, failures, the fields}.
local taken = {}
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'outbox', '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local key = P .. 'o:' .. id
  local kind, target, failures = unpack(call('HMGET', key, 'k', 't', 'a'))
  if kind then
    call('ZADD', P .. 'outbox', now + ARGV[2], id)
    local fence = call('HINCRBY', key, 'n', 1)
    local fields = call('HMGET', P .. 'j:' .. id:match('^[^.]+'), unpack(ARGV, 3))
    taken[#taken + 1] = { id, fence, kind, target, number(failures), fields }
  else
    call('ZREM', P .. 'outbox', id)
  end
end
return taken
