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

-- Since when the first job of a list has been ready. Those that were handed back have no ticket, and stand before older ones;
-- behind the first that has one, all came later.
local function oldest(list)
  local since
  local ids = call('LRANGE', list, -LOOK, -1)
  for i = #ids, 1, -1 do
    local job = glance(ids[i])
    if job and job.s == 'queued' and job.u then
      if not since or tonumber(job.u) < since then since = tonumber(job.u) end
      if job.i ~= '0' then break end
    end
  end
  return since
end

-- Reads a queue; a list in which nothing is ready by the figures is not looked at. Returns whether it has scheduled jobs, too.
local function look(queue)
  local fields, stored = call('HGETALL', P .. 'stats:' .. queue), NO_FIGURES
  for i = 1, #fields, 2 do
    if fields[i] == 'figures' then stored = fields[i + 1] end
  end
  local account = figures(queue, stored)
  local since = tonumber(account[SUSPECT]) > 0 and oldest(P .. 'suspect:' .. queue)
  for p = 0, 2 do
    if lying(account, p) > tonumber(account[STALE + 4 * p]) then
      local first = oldest(P .. 'q:' .. queue .. ':' .. p)
      if first and (not since or first < since) then since = first end
    end
  end
  local dead = tonumber(account[FAILED]) > 0 and call('ZCARD', P .. 'dead:' .. queue) or 0
  return { queue, fields, since or '', 0, '', dead }, tonumber(account[SCHEDULED]) > 0
end

local queues, named, awaited = {}, {}, 0
for queue in (call('HGET', P .. 'meta', 'queues') or ''):gmatch('%S+') do
  local shown, has_scheduled = look(queue)
  queues[#queues + 1] = shown
  named[queue] = shown
  if has_scheduled then awaited = awaited + 1 end
end

-- Up to where a job that is due later can be the next one of its queue.
local scheduled = awaited > 0 and call('ZRANGE', P .. 'scheduled', 0, DUE - 1, 'WITHSCORES') or {}
for i = 1, #scheduled, 2 do
  local due = tonumber(scheduled[i + 1])
  if due > now and awaited == 0 then break end
  local job = glance(scheduled[i])
  local shown = job and named[job.q]
  if shown then
    if shown[5] == '' then shown[5], awaited = due, awaited - 1 end
    if due <= now then shown[4] = shown[4] + 1 end
  end
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
