-- Lets time pass: reaps leases that ran out, promotes due jobs, ends those that waited too long, wakes missed workers.
-- Any process calls it every second; it works at most twice a second.
-- KEYS[1] -> prefix
-- ARGV[1] -> how long leases last, in ms  ARGV[2] -> after how many lost workers a job is poison
-- ARGV[3] -> the epoch that the caller has opened
-- Returns {reaped, promoted, expired, '1' while leases are left alone}, nil if it was too early, or 'reopen' if Redis was
-- emptied since.
if call('HGET', P .. 'meta', 'epoch') ~= ARGV[3] then return 'reopen' end
local LIMIT = 100
-- Ticks that come every second are no gap; less than the time for which the shortest lease outlives its last heartbeat.
local GAP = 1300
local upkeep = P .. 'upkeep'
local last, hold, recount, ahead, rush = unpack(call('HMGET', upkeep, 'last', 'hold', 'recount', 'ahead', 'rush'))
last, hold = tonumber(last), tonumber(hold or 0)
if last and now >= last and now - last < 500 and not rush then return false end
-- Nobody was looking for a while, or the clock jumped: heartbeats come first, for one lease.
if not last or now < last or now - last > math.max(ARGV[1] / 2, GAP) then hold = now + ARGV[1] end
call('HSET', upkeep, 'last', now, 'hold', hold)

-- The clock was set back. What was reckoned from times that are yet to come is reckoned anew from now, or it would last for
-- as long as the clock went back: leases, workers that count as there, and what was put on the schedule at such a time.
-- `cursor` tells how far the schedule has been looked through; returns it, or nil when all is done.
local function set_back(cursor)
  local until_ = now + ARGV[1]
  local leases = call('ZRANGEBYSCORE', P .. 'leases', '(' .. until_, '+inf', 'LIMIT', 0, LIMIT)
  for _, id in ipairs(leases) do call('ZADD', P .. 'leases', until_, id) end
  local life = now + 3 * ARGV[1]
  for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'workers', '(' .. life, '+inf', 'LIMIT', 0, LIMIT)) do
    call('ZADD', P .. 'workers', life, id)
    if call('EXISTS', P .. 'worker:' .. id) == 1 then call('HSET', P .. 'worker:' .. id, 'beat', now) end
    call('PEXPIREAT', P .. 'worker:' .. id, life)
  end
  local next, found = unpack(call('ZSCAN', P .. 'scheduled', cursor, 'COUNT', LIMIT))
  for i = 1, #found, 2 do
    local job = read(found[i], 'd')
    if job and not job.is_damaged and job.d and job.s == 'scheduled' and tonumber(job.u) > now then
      local due = now + job.d - job.u
      call('ZADD', P .. 'scheduled', due, job.id)
      change(job, job.s, 'clock', nil, 'd', text(due))
    end
  end
  if #leases == LIMIT then return cursor end
  return next ~= '0' and next or nil
end

if last and now < last then ahead = '0' end
if ahead then
  ahead = set_back(ahead)
  if ahead then call('HSET', upkeep, 'ahead', ahead) else call('HDEL', upkeep, 'ahead') end
end

-- A worker that has shown itself since the claim, and not with this job, never got the claim's reply: it is not lost.
local function is_lost(worker, id, claimed)
  local beat, running = unpack(call('HMGET', P .. 'worker:' .. worker, 'beat', 'running'))
  if not beat or tonumber(beat) <= tonumber(claimed) or now - beat >= 3 * ARGV[1] then return true end
  return (' ' .. running .. ' '):find(' ' .. id .. ' ', 1, true) ~= nil
end

-- Takes a job from a worker that is lost. Returns whether its lease is done with.
local function reap(id)
  local job = read(id, 'x')
  has_vanished = has_vanished or not job
  if not job or job.s ~= 'running' then return true end
  if job.is_damaged then return put_off('leases', id) end
  count(job.q, RUNNING, -1)
  if job.x then return true, cancel(job, 'running>canceled', job.x == LATE) end
  job.z = text(job.z + (is_lost(job.w, id, job.g) and 1 or 0))
  if tonumber(job.z) < tonumber(ARGV[2]) then return true, hand_back(job, 'lost', job.w) end
  bury(job, 'poison', 'lost its worker ' .. job.z .. ' times', '', 'poison', job.w)
  return true
end

local reaped = now >= hold and call('ZRANGEBYSCORE', P .. 'leases', '-inf', now, 'LIMIT', 0, LIMIT) or {}
for _, id in ipairs(reaped) do
  if reap(id) then unleased[#unleased + 1] = id end
end
-- Where there are more, the next tick need not wait.
if #reaped == LIMIT then call('HSET', upkeep, 'rush', 1) elseif rush then call('HDEL', upkeep, 'rush') end

local expired = 0

-- Ends a waiting job whose time to start is over, or its deadline. Returns whether it still waits, and the job, unless it
-- did not wait; then the job as it is. One that is damaged is as one that has ended.
local function overdue(id)
  local job = read(id, 'x')
  has_vanished = has_vanished or not job
  if not job or (job.s ~= 'queued' and job.s ~= 'scheduled') then return false, nil, job end
  if job.is_damaged then return false, job end
  if tonumber(job.by) <= now then
    outdate(job, job.s .. '>failed')
  elseif is_late(job) then
    cancel(job, job.s .. '>canceled', true)
  else
    return true, job
  end
  expired = expired + 1
  if job.s == 'scheduled' then
    call('ZREM', P .. 'scheduled', id)
    count(job.q, SCHEDULED, -1)
  end
  return false, job
end

-- Does what a deadline is kept for. Returns whether it is done with.
local function meet(id)
  local waits, job, other = overdue(id)
  local seen = job or other
  if not seen then return true end
  if seen.is_damaged then return put_off('deadlines', id) end
  if waits then return watch(job, tonumber(job.by)) end
  -- One that runs past its deadline is asked to end; until then it is looked at when that comes.
  if seen.s == 'running' and seen.td and not seen.x then
    if not is_late(seen) then return watch(seen, tonumber(seen.td)) end
    change(seen, seen.s, 'deadline', nil, 'x', LATE)
  end
  if seen.s == 'queued' and number(seen.z) < SUSPECT_AFTER then count(seen.q, STALE + 4 * seen.p, 1) end
  return true
end

for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'deadlines', '-inf', now, 'LIMIT', 0, LIMIT)) do
  if meet(id) then undated[#undated + 1] = id end
end

local promoted = promote(LIMIT)

call('ZREMRANGEBYSCORE', P .. 'undelivered', '-inf', now)

-- The lists are first in, first out, so the oldest job of each lies at its tail; only jobs that were handed back stand
-- before it with a later time, and are looked past. What does not wait any more is cleared away while it is at the tail,
-- and counted as stale behind one that waits. All tails of a tick share one budget.
local budget = LIMIT
local function clear_tail(list, lying, popped, passed)
  local depth = 0
  while lying > depth and budget > 0 do
    budget = budget - 1
    local id = call('LINDEX', list, -1 - depth)
    if not id then return end
    local waits, job = overdue(id)
    if waits then
      if number(job.n) == 0 then return end
      depth = depth + 1
    elseif depth == 0 then
      call('RPOP', list)
      popped(not job)
      lying = lying - 1
    else
      if job then passed() end
      depth = depth + 1
    end
  end
end

for _, queue in ipairs(all_queues()) do
  local account = figures(queue)
  local waits = has_entries(account)
  clear_tail(P .. 'suspect:' .. queue, tonumber(account[SUSPECT]), function() count(queue, SUSPECT, -1) end, function() end)
  for p = 0, 2 do
    clear_tail(P .. 'q:' .. queue .. ':' .. p, lying(account, p), function(stale)
      count(queue, OUT + 4 * p, 1)
      if stale then count(queue, STALE + 4 * p, -1) end
    end, function() count(queue, STALE + 4 * p, 1) end)
  end
  for p = 0, 2 do sweep(queue, p) end
  bells[queue] = waits and 'tick' or nil
  local forgotten = call('ZRANGEBYSCORE', P .. 'dead:' .. queue, '-inf', now, 'LIMIT', 0, LIMIT)
  if #forgotten > 0 then call('ZREM', P .. 'dead:' .. queue, unpack(forgotten)) end
end
close()

-- The figures of a queue count on every job's being ended before it is gone. Where one has vanished all the same, because
-- nobody ticked until its life was over, they are counted anew, as soon as there is little enough to count.
if recount then
  local queues, sum = all_queues(), 0
  for _, queue in ipairs(queues) do sum = sum + entries(queue) end
  if sum <= 10 * LIMIT then
    for _, queue in ipairs(queues) do count_anew(queue) end
    enter_figures()
    call('HDEL', upkeep, 'recount')
  end
end
return { #reaped, promoted, expired, now < hold and 1 or 0 }
