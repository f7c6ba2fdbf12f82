-- Ends a job that waits, asks for the end of one that runs.
-- KEYS[1] -> prefix
-- ARGV[1] -> id
-- Returns 'canceled', 'asked' or 'ended', or nil if there is no such job.
local id = ARGV[1]
local key = P .. 'j:' .. id
local s, v, h, q, p, z, l, ag, rt, x = unpack(call('HMGET', key, 's', 'v', 'h', 'q', 'p', 'z', 'l', 'ag', 'rt', 'x'))
if not s then return false end
if s == 'running' then
  if not x then call('HSET', key, 'x', 1, change(id, s, v, h, 'ask')) end
  close()
  return 'asked'
end
if s ~= 'queued' and s ~= 'scheduled' then return 'ended' end
cancel(id, { v = v, h = h, q = q, l = l, ag = ag, rt = rt }, s .. '>canceled')
if s == 'scheduled' then
  call('ZREM', P .. 'scheduled', id)
  count(q, 'scheduled', -1)
elseif tonumber(z) < SUSPECT_AFTER then
  count(q, 'stale:' .. p, 1) -- its id stays in the list until it is popped
end
close()
return 'canceled'
