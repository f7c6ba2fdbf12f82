-- Reads queues, workers, autoscaler and outbox at one moment; writes nothing.
-- KEYS[1] -> prefix
-- Returns {now, autoscaler, queues, workers, outbox}:
--   autoscaler: {leader, until, desired, reason, at, manual}
--   each queue: {name, figures as HGETALL gives them, since when its first job is ready or '', overdue jobs,
--     when its next scheduled job is due or '', dead letters}
--   each worker: {id, host, pid, slots, queues, running, draining, since, beat}
--   outbox: {deliveries, those that are due, since when the first of them or '', those that failed for good}
local LOOK = 20 -- how far to look for the first job that is ready: entries of ended jobs, or handed back ones, lie before it
local DUE = 100 -- how many scheduled jobs to look at, the next ones first
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

local overdue, next_due = {}, {}
local scheduled = call('ZRANGE', P .. 'scheduled', 0, DUE - 1, 'WITHSCORES')
for i = 1, #scheduled, 2 do
  local queue, due = call('HGET', P .. 'j:' .. scheduled[i], 'q'), tonumber(scheduled[i + 1])
  if queue then
    next_due[queue] = next_due[queue] or due
    if due <= now then overdue[queue] = (overdue[queue] or 0) + 1 end
  end
end

local queues = {}
for queue in (call('HGET', P .. 'meta', 'queues') or ''):gmatch('%S+') do
  local since = oldest(P .. 'suspect:' .. queue)
  for p = 0, 2 do
    local first = oldest(P .. 'q:' .. queue .. ':' .. p)
    if first and (not since or first < since) then since = first end
  end
  queues[#queues + 1] = { queue, call('HGETALL', P .. 'stats:' .. queue), since or '', overdue[queue] or 0,
    next_due[queue] or '', call('ZCARD', P .. 'dead:' .. queue) }
end

local workers = {}
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'workers', '(' .. now, '+inf', 'LIMIT', 0, WORKERS)) do
  local worker = call('HMGET', P .. 'worker:' .. id,
    'host', 'pid', 'slots', 'queues', 'running', 'draining', 'since', 'beat')
  if worker[1] then workers[#workers + 1] = { id, unpack(worker) } end
end

local autoscaler = call('HMGET', P .. 'autoscaler', 'leader', 'until', 'desired', 'reason', 'at', 'manual')
local outbox = P .. 'outbox'
local due_since = tonumber(call('ZRANGE', outbox, 0, 0, 'WITHSCORES')[2])
return { now, autoscaler, queues, workers, {
  call('ZCARD', outbox), call('ZCOUNT', outbox, '-inf', now), due_since and due_since <= now and due_since or '',
  call('ZCARD', P .. 'undelivered'),
} }
