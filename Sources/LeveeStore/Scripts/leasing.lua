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
local LEASE = tonumber(ARGV[3])
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

-- Looks whether anything may be taken from a queue; nil if not.
local function survey(queue, cap, interval)
  local account, room, opens = figures(queue), math.huge, nil
  freed[queue] = nil
  if cap ~= '' then room = cap - account[RUNNING] end
  if account[PAUSED] ~= '0' or room <= 0 then
    bells[queue] = nil
    return nil
  end
  if interval ~= '' then
    local time = now * 1000
    opens = tonumber(account[OPENS])
    if opens > time + interval then opens = time end -- the clock was set back, or the rate was another one
    if opens > time then
      bells[queue] = nil
      if has_entries(account) then call_later(queue, opens) end
      return nil
    end
    opens = math.max(opens, time - RATE_SLACK)
    room = math.min(room, math.floor((time - opens) / interval) + 1)
  end
  return { name = queue, account = account, room = room, opens = opens, interval = interval }
end

-- What most jobs look like, read with a third of the words: one that is ready, its version, updated, fence, and what a claim
-- leaves as it is, of that failures, ticket and the time to start by; and of one without options its length.
local READY = '^queued (%d+) (%d+) (%d+) %d+ %d+ %S+ ((%d+) %d+ (%d+) (%d+) %d+)$'
local LENGTH = '^%S+ %w%S* [012] %d+ %d+ (%d+)\n'

-- Leases a job that is not as most; nil if it came too late, or is damaged: that one holds up no others, and is repaired without
-- its place in the line. Returns fence, attempt, since when it has been ready, length.
local function lease_other(job, worker)
  if job.is_damaged then return nil end
  if tonumber(job.by) <= now then
    outdate(job, 'queued>failed')
    return nil
  elseif is_late(job) then
    cancel(job, 'queued>canceled', true)
    return nil
  end
  local since = job.u
  job.n, job.at, job.g, job.w = following(job.n), following(job.a), NOW, worker
  outlive(job, LEASE)
  change(job, after('queued>running'), 'claim', job.n .. ' ' .. worker)
  return job.n, job.at, since, job.l
end

-- Leases one job if it is still ready; nil if its entry was stale or the job came too late. `line` is the priority of the
-- list it was in; a job that was in none of them is to run alone. What is told of it goes to `leased`. Returns how long its payload is.
local function lease(id, worker, queue, line, leased)
  -- Nearly all of it is wanted, and one walk over a hash is shorter than one for each field.
  local key, fields = P .. 'j:' .. id, { s = false, f = false, h = false, b = false, bf = false, hd = false, tp = false }
  local stored = call('HGETALL', key)
  for field = 1, #stored, 2 do fields[stored[field]] = stored[field + 1] end
  local standing, facts, log = fields.s, fields.f, fields.h
  if not standing then
    has_vanished = true
    return nil, 'stale'
  end
  local v, since, n, rest, a, ticket, by = standing:match(READY)
  local length = facts and facts:match(LENGTH)
  local fence, attempt, job
  local is_plain = v and length and by - now > LEASE
  if not is_plain then
    job = parse(id, standing, facts, log)
    ticket = job.i
  end
  if line and ticket and ticket - queue.account[TAKEN + 4 * line] > 0 then queue.account[TAKEN + 4 * line] = ticket end
  if is_plain then
    fence, attempt, v = following(n), following(a), following(v)
    put(key, id, v, 'running', 'running ' .. v .. ' ' .. NOW .. ' ' .. fence .. ' ' .. NOW .. ' ' .. attempt .. ' ' .. worker .. ' '
      .. rest, log or first_line('queued', since), 'claim ' .. fence .. ' ' .. worker)
  elseif job.s ~= 'queued' then
    return nil, 'stale'
  else
    fence, attempt, since, length = lease_other(job, worker)
    if not fence then return nil end
  end
  queue.account[RUNNING] = queue.account[RUNNING] + 1
  clocked(queue.name, 'wait', math.max(0, now - since))
  local n = #leased
  leased[n + 1], leased[n + 2], leased[n + 3], leased[n + 4], leased[n + 5] = id, fence, attempt, line and '0' or '1', facts
  leased[n + 6], leased[n + 7], leased[n + 8], leased[n + 9] = fields.b, fields.bf, fields.hd, fields.tp
  return tonumber(length)
end

-- Whether a worker that runs something is to take nothing until it is idle: on a busy fleet, where no worker ever is, a
-- job that has to run alone would wait for ever. One worker at a time clears its slots for a queue; it says so in upkeep.
local function is_to_clear(queue, worker)
  local first = call('LINDEX', P .. 'suspect:' .. queue.name, -1)
  local job = first and read(first)
  if not first or now - (job and job.u or now) < SUSPECT_PATIENCE then return false end
  local field = 'clears:' .. queue.name
  local till, other = (call('HGET', P .. 'upkeep', field) or ''):match('^(%d+) (.+)$')
  if other and other ~= worker and till - now > 0 and till - now <= CLEARING then return false end
  call('HSET', P .. 'upkeep', field, now + CLEARING .. ' ' .. worker)
  return true
end

-- Leases up to ARGV[1] jobs, higher priorities first. A wake-up is left only where the claim stopped before its queues
-- were empty, never for a paused or capped queue: else idle workers would spin.
-- Returns nine values for each: id, fence, attempt, '1' if it is to run alone, facts, payload or false, reference to a payload outside
-- Redis or false, head of its request or false, trace or false.
local function claim()
  local limit, worker, leased, expiries = math.min(tonumber(ARGV[1]), LEASE_LIMIT), ARGV[2], {}, {}
  if limit <= 0 then return leased end
  local lease_end = text(now + LEASE)
  promote('16')
  local open, held_now, bytes, budget = {}, 0, 0, STALE_LIMIT
  for i = 6, QUEUES_END, 3 do open[#open + 1] = survey(ARGV[i], ARGV[i + 1], ARGV[i + 2]) end

  local function take(id, queue, line)
    local length, why = lease(id, worker, queue, line, leased)
    if length then
      local n = #expiries
      expiries[n + 1], expiries[n + 2] = lease_end, id
      bytes = bytes + length
      held_now = held_now + 1
      queue.room = queue.room - 1
      if queue.opens then
        queue.opens = queue.opens + queue.interval
        queue.account[OPENS] = text(queue.opens) -- its sixteen digits would be rounded to fourteen
      end
    else
      budget = budget - 1
    end
    return why
  end

  local function drain(queue, p)
    local account, out, gone = queue.account, OUT + 4 * p, STALE + 4 * p
    local left = lying(account, p)
    if left <= 0 then return end
    local list = P .. 'q:' .. queue.name .. ':' .. p
    while left > 0 and held_now < limit and bytes < PAYLOAD_LIMIT and budget > 0 and queue.room > 0 do
      local want = math.min(limit - held_now, left, budget, queue.room)
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
      if #ids < want and taken == #ids then -- the list is empty: it knows better than the figures
        taken = left
        stale = account[gone]
      end
      left = left - taken
      account[out] = account[out] + taken
      account[gone] = account[gone] - stale
    end
  end

  if ARGV[4] == '1' then
    for _, queue in ipairs(open) do
      local account = queue.account
      while tonumber(account[SUSPECT]) > 0 and held_now == 0 and budget > 0 do
        local id = call('RPOP', P .. 'suspect:' .. queue.name)
        account[SUSPECT] = id and account[SUSPECT] - 1 or 0
        if id then
          take(id, queue)
          call('HDEL', P .. 'upkeep', 'clears:' .. queue.name)
        end
      end
    end
    if held_now > 0 then limit = 0 end
  else
    for _, queue in ipairs(open) do
      if tonumber(queue.account[SUSPECT]) > 0 and is_to_clear(queue, worker) then return leased end
    end
  end
  for p = 0, 2 do
    for _, queue in ipairs(open) do drain(queue, p) end
  end

  if #expiries > 0 then in_chunks('ZADD', P .. 'leases', expiries) end
  local stopped = held_now >= limit or bytes >= PAYLOAD_LIMIT or budget <= 0
  for _, queue in ipairs(open) do
    local account = queue.account
    local left = lying(account, 0) + lying(account, 1) + lying(account, 2)
    bells[queue.name] = stopped and left > 0 and queue.room > 0 and 'more' or nil
    if queue.opens and queue.opens > now * 1000 and left + account[SUSPECT] > 0 then call_later(queue.name, queue.opens) end
  end
  return leased
end
