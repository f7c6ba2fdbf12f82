-- Takes down what came of a delivery.
-- KEYS[1] -> prefix
-- ARGV[1] -> id  ARGV[2] -> fence  ARGV[3] -> 'delivered' | 'listed' | 'later' | 'dead'
-- ARGV[4] -> the list that the message goes to, or the delay until the next attempt in ms
-- ARGV[5] -> the message, or why the attempt failed
-- Returns 1, or 0 if that was done before or the lease was over. The fence is bumped with a failure, so that the same failure
-- sent twice counts once. What was delivered counts in any case.
local id, key, mode = ARGV[1], P .. 'o:' .. ARGV[1], ARGV[3]
local kind, fence = unpack(call('HMGET', key, 'k', 'n'))
if not kind then return 0 end

-- Puts the message into its list. Two others that are gone by themselves make room for it, so that no list grows for ever.
local function list(name)
  local messages, till = P .. 'list:' .. name, now + DELIVERY_LIFE
  for _, old in ipairs(call('ZRANGE', messages, 0, 1)) do
    if call('EXISTS', P .. 'm:' .. old) == 0 then call('ZREM', messages, old) end
  end
  call('SET', P .. 'm:' .. id, ARGV[5], 'PXAT', till)
  call('ZADD', messages, now, id)
  call('PEXPIREAT', messages, till)
  call('ZREMRANGEBYSCORE', P .. 'lists', '-inf', now)
  call('ZADD', P .. 'lists', till, name)
end

if mode == 'delivered' or mode == 'listed' then
  if mode == 'listed' then list(ARGV[4]) end
  close_delivery(id)
  return 1
end
if number(fence) ~= tonumber(ARGV[2]) then return 0 end
call('HINCRBY', key, 'n', 1)
call('HINCRBY', key, 'a', 1)
call('HSET', key, 'e', ARGV[5])
if mode == 'later' then
  call('ZADD', P .. 'outbox', now + ARGV[4], id)
else
  call('ZREM', P .. 'outbox', id)
  call('ZADD', P .. 'undelivered', prolong(id), id)
end
return 1
