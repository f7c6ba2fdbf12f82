-- Reads the oldest messages of a list that nobody else reads, and hides them for a while.
-- KEYS[1] -> prefix
-- ARGV[1] -> list  ARGV[2] -> the most to read  ARGV[3] -> how long to hide them, in ms
-- Returns id, message, ...; no more than it takes to reach 1 MiB.
local list, found, bytes = P .. 'list:' .. ARGV[1], {}, 0
for _, id in ipairs(call('ZRANGEBYSCORE', list, '-inf', now, 'LIMIT', 0, ARGV[2])) do
  if bytes >= 1048576 then break end
  local message = call('GET', P .. 'm:' .. id)
  if message then
    if tonumber(ARGV[3]) > 0 then call('ZADD', list, now + ARGV[3], id) end
    found[#found + 1] = id
    found[#found + 1] = message
    bytes = bytes + #message
  else
    call('ZREM', list, id)
  end
end
return found
