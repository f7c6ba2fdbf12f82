-- Reads queues, workers and autoscaler at one moment; writes nothing.
-- KEYS[1] -> prefix
-- Returns {now, when the next scheduled job is due or '', autoscaler, queues, workers}:
--   autoscaler: {leader, until, desired, reason, at, manual}
--   each queue: {name, figures as HGETALL gives them, since when its first job is ready or '', overdue jobs}
--   each worker: {id, host, pid, slots, queues, running, draining, since, beat}
local LOOK = 20 -- how far to look for the first job that is ready: entries of ended jobs, or handed back ones, lie before it
local DUE = 100
local WORKERS = 1000

-- Since when the first job of a list has been ready. Those that were handed back stand before older ones.
local function oldest(list)
  local since
  for _, id in ipairs(call('LRANGE', list, -LOOK, -1)) do
    local s, u = unpack(call('HMGET', P .. 'j:' .. id, 's', 'u'))
    if s == 'queued' and (not since or tonumber(u) < since) then since = tonumber(u) end
  end
  return since
end

local overdue = {}
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'scheduled', '-inf', now, 'LIMIT', 0, DUE)) do
  local queue = call('HGET', P .. 'j:' .. id, 'q')
  if queue then overdue[queue] = (overdue[queue] or 0) + 1 end
end

local queues = {}
for queue in (call('HGET', P .. 'meta', 'queues') or ''):gmatch('%S+') do
  local since = oldest(P .. 'suspect:' .. queue)
  for p = 0, 2 do
    local first = oldest(P .. 'q:' .. queue .. ':' .. p)
    if first and (not since or first < since) then since = first end
  end
  queues[#queues + 1] = { queue, call('HGETALL', P .. 'stats:' .. queue), since or '', overdue[queue] or 0 }
end

local workers = {}
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'workers', '(' .. now, '+inf', 'LIMIT', 0, WORKERS)) do
  local worker = call('HMGET', P .. 'worker:' .. id,
    'host', 'pid', 'slots', 'queues', 'running', 'draining', 'since', 'beat')
  if worker[1] then workers[#workers + 1] = { id, unpack(worker) } end
end

local next_due = call('ZRANGE', P .. 'scheduled', 0, 0, 'WITHSCORES')[2]
local autoscaler = call('HMGET', P .. 'autoscaler', 'leader', 'until', 'desired', 'reason', 'at', 'manual')
return { now, next_due or '', autoscaler, queues, workers }
