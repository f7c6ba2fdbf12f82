-- How jobs are leased: shared by claim and finish, which claims in the same call.
-- ARGV[1] -> the most jobs to lease; 0 for none
-- ARGV[2] -> the worker's id
-- ARGV[3] -> how long the leases last, in ms
-- ARGV[4] -> '1' if the worker runs nothing at all
-- ARGV[5] -> how many queues follow, each as three arguments: its name, its fleet-wide cap or '', and the time from one
--   start to the next in us, or '' without a rate
local PAYLOAD_LIMIT = 1048576
local STALE_LIMIT = 200
local LEASE_LIMIT = 500
local SUSPECT_PATIENCE = 5000
local CLEARING = 30000
local QUEUES_END = 5 + 3 * ARGV[5]
local RATE_SLACK = 100000 -- StartRate.slack
local TICK = 1000
local calls = {} -- queue, in how many ms to ring: what is held back by its rate

-- Has somebody ring for a queue when its rate lets the next job start, unless somebody will, or the tick comes no later.
local function call_later(queue, opens)
  local wait, field = math.max(10, math.ceil(opens / 1000) - now), 'paces:' .. queue
  local till = number(call('HGET', P .. 'upkeep', field))
  if wait > TICK or till > now and till <= now + TICK then return end
  call('HSET', P .. 'upkeep', field, now + wait)
  calls[#calls + 1] = queue
  calls[#calls + 1] = wait
end

-- Reads what decides over a queue; nil if nothing may be taken from it.
local function survey(queue, cap, interval)
  local f = call('HMGET', P .. 'stats:' .. queue, 'paused', 'running', 'suspect', 'in:0', 'in:1', 'in:2',
    'out:0', 'out:1', 'out:2', 'stale:0', 'stale:1', 'stale:2', 'taken:0', 'taken:1', 'taken:2', 'opens')
  freed[queue] = nil
  if f[1] then
    bells[queue] = nil
    return nil
  end
  local pending = figures[queue] or {}
  local running = (f[2] or 0) + (pending.running or 0)
  local room = cap == '' and math.huge or cap - running
  if room <= 0 then
    bells[queue] = nil
    return nil
  end
  local lying, stale, taken, left = {}, {}, {}, number(f[3])
  for p = 0, 2 do
    lying[p] = (f[4 + p] or 0) - (f[7 + p] or 0)
    left = left + lying[p]
    stale[p] = tonumber(f[10 + p] or 0)
    taken[p] = tonumber(f[13 + p] or 0)
  end
  local time, opens = now * 1000, nil
  if interval ~= '' then
    opens = number(f[16])
    if opens > time + interval then opens = time end -- the clock was set back, or the rate was another one
    if opens > time then
      bells[queue] = nil
      if left > 0 then call_later(queue, opens) end
      return nil
    end
    opens = math.max(opens, time - RATE_SLACK)
    room = math.min(room, math.floor((time - opens) / interval) + 1)
  end
  return { name = queue, room = room, suspect = tonumber(f[3] or 0), lying = lying, stale = stale, taken = taken,
    opens = opens, interval = interval }
end

-- Leases one job if it is still ready; nil if its entry was stale or the job came too late. `line` is the priority of the
-- list it was in; a job that was in none of them is to run alone.
local function lease(id, worker, queue, line)
  local key, job = P .. 'j:' .. id, { id = id }
  -- Nearly all of it is wanted, and one walk over a hash is shorter than one for each field.
  local stored = call('HGETALL', key)
  for field = 1, #stored, 2 do job[stored[field]] = stored[field + 1] end
  local s, q, u, i = job.s, job.q, job.u, job.i
  has_vanished = has_vanished or not s
  local passed = line and number(i) - queue.taken[line] or 0
  if passed > 0 then
    queue.taken[line] = queue.taken[line] + passed
    count(queue.name, 'taken:' .. line, passed)
  end
  if s ~= 'queued' then return nil, 'stale' end
  -- A damaged job holds up no others; it is repaired without its place in the line.
  local v, since, by, xp, l = tonumber(job.v), tonumber(u), tonumber(job.by), tonumber(job.xp), tonumber(job.l)
  if not (q and job.t and v and since and by and xp and l) then return nil end
  job.v, job.xp = v, xp
  if by <= now then
    outdate(job, 'queued>failed')
    return nil
  elseif is_late(job) then
    cancel(job, 'queued>canceled', true)
    return nil
  end
  local n, attempt = number(job.n) + 1, number(job.a) + 1
  local fence = text(n)
  call('HSET', key, 'n', fence, 'at', text(attempt), 'g', NOW, 'w', worker,
    change(job, WAYS['queued>running'], 'claim', fence .. ' ' .. worker))
  outlive(job, ARGV[3])
  count(q, 'running', 1)
  clocked(q, 'wait', math.max(0, now - since))
  return { id, n, job.t, q, tonumber(job.p), attempt, tonumber(job.m), tonumber(job.c), job.k, l, job.b or false,
    line and 0 or 1, job.hd or false, job.bf or false, job.tp or false }
end

-- Whether a worker that runs something is to take nothing until it is idle: on a busy fleet, where no worker ever is, a
-- job that has to run alone would wait for ever. One worker at a time clears its slots for a queue; it says so in upkeep.
local function is_to_clear(queue, worker)
  local first = call('LINDEX', P .. 'suspect:' .. queue.name, -1)
  local since = first and tonumber(call('HGET', P .. 'j:' .. first, 'u') or now)
  if not since or now - since < SUSPECT_PATIENCE then return false end
  local field = 'clears:' .. queue.name
  local till, other = (call('HGET', P .. 'upkeep', field) or ''):match('^(%d+) (.+)$')
  if other and other ~= worker and till - now > 0 and till - now <= CLEARING then return false end
  call('HSET', P .. 'upkeep', field, now + CLEARING .. ' ' .. worker)
  return true
end

-- Leases up to ARGV[1] jobs, higher priorities first. A wake-up is left only where the claim stopped before its queues
-- were empty, never for a paused or capped queue: else idle workers would spin.
-- Returns a list of {id, fence, type, queue, priority, attempt, max attempts, created, media type, payload length,
-- payload or false, alone, head of its request or false, reference to a payload outside Redis or false, trace or false}.
local function claim()
  local limit, worker, leased, expiries = math.min(tonumber(ARGV[1]), LEASE_LIMIT), ARGV[2], {}, {}
  if limit <= 0 then return leased end
  local lease_end = text(now + ARGV[3])
  promote(16)
  local open, bytes, budget = {}, 0, STALE_LIMIT
  for i = 6, QUEUES_END, 3 do
    local queue = survey(ARGV[i], ARGV[i + 1], ARGV[i + 2])
    if queue then open[#open + 1] = queue end
  end

  local function take(id, queue, line)
    local job, why = lease(id, worker, queue, line)
    if job then
      leased[#leased + 1] = job
      expiries[#expiries + 1] = lease_end
      expiries[#expiries + 1] = id
      bytes = bytes + job[10]
      queue.room = queue.room - 1
      if queue.opens then
        queue.opens = queue.opens + queue.interval
        queue.has_started = true
      end
    else
      budget = budget - 1
    end
    return why
  end

  local function drain(queue, p)
    local list, lying = P .. 'q:' .. queue.name .. ':' .. p, queue.lying[p]
    while lying > 0 and #leased < limit and bytes < PAYLOAD_LIMIT and budget > 0 and queue.room > 0 do
      local want = math.min(limit - #leased, lying, budget, queue.room)
      local ids = call('RPOP', list, want) or {}
      local taken, stale = 0, 0
      for _, id in ipairs(ids) do
        if bytes >= PAYLOAD_LIMIT then break end
        taken = taken + 1
        if take(id, queue, p) == 'stale' then stale = stale + 1 end
      end
      if taken < #ids then
        local rest = {}
        for i = #ids, taken + 1, -1 do rest[#rest + 1] = ids[i] end
        call('RPUSH', list, unpack(rest))
      end
      if #ids < want then -- the list is empty: it knows better than the figures
        taken = lying
        stale = queue.stale[p]
      end
      lying = lying - taken
      queue.stale[p] = queue.stale[p] - stale
      count(queue.name, 'out:' .. p, taken)
      count(queue.name, 'stale:' .. p, -stale)
    end
    queue.lying[p] = lying
  end

  if ARGV[4] == '1' then
    for _, queue in ipairs(open) do
      while queue.suspect > 0 and #leased == 0 and budget > 0 do
        local id = call('RPOP', P .. 'suspect:' .. queue.name)
        count(queue.name, 'suspect', id and -1 or -queue.suspect)
        queue.suspect = id and queue.suspect - 1 or 0
        if id then
          take(id, queue)
          call('HDEL', P .. 'upkeep', 'clears:' .. queue.name)
        end
      end
    end
    if #leased > 0 then limit = 0 end
  else
    for _, queue in ipairs(open) do
      if queue.suspect > 0 and is_to_clear(queue, worker) then return leased end
    end
  end
  for p = 0, 2 do
    for _, queue in ipairs(open) do drain(queue, p) end
  end

  in_chunks('ZADD', P .. 'leases', expiries)
  local stopped = #leased >= limit or bytes >= PAYLOAD_LIMIT or budget <= 0
  for _, queue in ipairs(open) do
    local left = queue.lying[0] + queue.lying[1] + queue.lying[2]
    bells[queue.name] = stopped and left > 0 and queue.room > 0 and 'more' or nil
    -- Redis would round its sixteen digits to fourteen.
    if queue.has_started then call('HSET', P .. 'stats:' .. queue.name, 'opens', text(queue.opens)) end
    if queue.opens and queue.opens > now * 1000 and left + queue.suspect > 0 then call_later(queue.name, queue.opens) end
  end
  return leased
end
