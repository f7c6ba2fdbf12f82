-- What the scripts share: the ways between states, the accounts of a call, the end of a job, the wake-up.
-- KEYS[1] -> what all keys begin with, `levee:{tag}:`; the keys of one call lie in one slot.
local P = KEYS[1]
local call = redis.call
local now = clock()
-- A whole number as it is stored: to write it so costs half of what Redis takes to do it.
local function text(whole) return string.format('%d', whole) end
local NOW = text(now)

local DAY = 86400000
local DEAD_LETTER_LIFE = 14 * DAY
local DELIVERY_LIFE = 14 * DAY
local FOLLOW_UPS = 4 -- the most that a job has (FollowUp.limit)
local SUSPECT_AFTER = 2
local LOG_LIMIT = 16384
local CHUNK = 1000
local STANDARD = 'default' -- the tenant of jobs that name none
local MEAN_MEMORY = 32

-- Every way from a state to another (JobTransition.all).
local WAYS = {
  ['new>scheduled'] = 'scheduled', ['new>queued'] = 'queued',
  ['scheduled>queued'] = 'queued', ['scheduled>failed'] = 'failed', ['scheduled>canceled'] = 'canceled',
  ['queued>running'] = 'running', ['queued>failed'] = 'failed', ['queued>canceled'] = 'canceled',
  ['running>scheduled'] = 'scheduled', ['running>queued'] = 'queued', ['running>succeeded'] = 'succeeded',
  ['running>failed'] = 'failed', ['running>canceled'] = 'canceled',
}

-- The accounts of this call, written once at its end by close().
local figures, ended, unleased, undated, news = {}, {}, {}, {}, {}
local bells = {} -- queue -> hint: has a job for an idle worker
local freed = {} -- queue -> true: may have one, since a slot under its cap is free again
local has_vanished = false -- whether a job was gone that an index still named

local function number(stored) return tonumber(stored or 0) end

local function count(queue, figure, change)
  local account = figures[queue]
  if not account then
    account = {}
    figures[queue] = account
  end
  account[figure] = (account[figure] or 0) + change
end

-- Counts how long something took, by length (DurationCounts.bounds) and in all.
local BOUNDS = { 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 1800000 }
local function clocked(queue, figure, took)
  local i = 1
  while BOUNDS[i] and took > BOUNDS[i] do i = i + 1 end
  count(queue, figure .. ':' .. (BOUNDS[i] and text(BOUNDS[i]) or 'more'), 1)
  count(queue, figure, took)
end

-- Takes down how long an attempt held its slot, from its claim on: the mean of its type moves.
local function held(queue, kind, claimed)
  if not (kind and claimed) then return end -- damaged
  count(queue, 'runs:' .. kind, 1)
  local account, mean = figures[queue], 'mean:' .. kind
  local times = account[mean] or {}
  times[#times + 1] = math.max(0, now - claimed)
  account[mean] = times
end

-- Moves a mean, in whole us, by times in ms (MeanRun): each by the n-th part of the difference if it is the n-th.
local function moved(mean, runs, times)
  runs = mean and number(runs) or 0
  mean = number(mean)
  for i, time in ipairs(times) do
    mean = math.floor(mean + (time * 1000 - mean) / math.min(runs + i, MEAN_MEMORY) + 0.5)
  end
  return mean
end

-- Adds the changes of figures to those that are stored; few of them one by one, more in one read and one write.
local function enter(stats, account)
  local names, fields, stored = {}, {}, {}
  for figure, change in pairs(account) do
    if change ~= 0 then names[#names + 1] = figure end
  end
  if #names < 3 then -- a mean never comes alone
    for _, figure in ipairs(names) do call('HINCRBY', stats, figure, account[figure]) end
    return
  end
  for i, value in ipairs(call('HMGET', stats, unpack(names))) do stored[names[i]] = value end
  for i, figure in ipairs(names) do
    local change, kind = account[figure], figure:match('^mean:(.*)')
    fields[2 * i - 1] = figure
    fields[2 * i] = text(kind and moved(stored[figure], stored['runs:' .. kind], change) or (stored[figure] or 0) + change)
  end
  call('HSET', stats, unpack(fields))
end

-- Calls a command with many values, a bounded number at a time.
local function in_chunks(command, key, values)
  for first = 1, #values, CHUNK do
    call(command, key, unpack(values, first, math.min(first + CHUNK - 1, #values)))
  end
end

-- A log that has grown too long keeps its first line and its newer half.
local function extend(log, line)
  if #log > LOG_LIMIT then
    log = log:match('^[^\n]*') .. log:sub(log:find('\n', #log - LOG_LIMIT / 2, true) or #log + 1)
  end
  return log .. '\n' .. line
end

-- What every job has, of numbers and of words, or every one that runs; one that lacks any of it is damaged.
local NEEDED = { v = 'number', u = 'number', l = 'number', p = 'number', by = 'number', xp = 'number', g = 'number',
  q = 'word', w = 'word' }

-- Reads a job: state, version, times and log, what its end needs, the name of its idempotency key, its follow-ups, and the
-- fields that are named; nil if it is gone. A field that is not stored is false; a number that is not stored is 0, an age limit that is not
-- stored is a day.
local function read(id, ...)
  local names = { 's', 'v', 'u', 'h', 'q', 'l', 'ag', 'rt', 'td', 'ik', 'fu', ... }
  local values = call('HMGET', P .. 'j:' .. id, unpack(names))
  if not values[1] then return nil end
  local job = { id = id }
  for i, name in ipairs(names) do
    local value = values[i]
    job[name] = value
    local kind = NEEDED[name]
    if kind and not value or kind == 'number' and not tonumber(value) then job.is_damaged = true end
  end
  return job
end

-- Whether a job is another's than the tenant's who asks; '' asks for all.
local function is_foreign(owner, tenant) return tenant ~= '' and (owner or STANDARD) ~= tenant end

-- Whether a version is none of those that a client has seen.
local function is_stale(v, seen) return seen ~= '' and not string.find(seen, ',' .. v .. ',', 1, true) end

local function age_limit(job) return tonumber(job.ag or DAY) end

-- The fields of one visible change: state, version, time and log. The log's first line is stored with the first change.
local function change(job, state, cause, note)
  local v = text(job.v + 1)
  local line = v .. ' ' .. state .. ' ' .. NOW .. ' ' .. cause
  if note and note ~= '' then line = line .. ' ' .. note end
  news[#news + 1] = job.id .. ' ' .. v .. ' ' .. state
  return 's', state, 'v', v, 'u', NOW, 'h', extend(job.h or '1 ' .. job.s .. ' ' .. job.u .. ' submit', line)
end

-- Puts a ready job in line: at the back with a new ticket, or at the front. One that lost its worker twice waits apart.
local function enqueue(id, queue, priority, stalls, front)
  bells[queue] = id
  if number(stalls) >= SUSPECT_AFTER then
    call('LPUSH', P .. 'suspect:' .. queue, id)
    count(queue, 'suspect', 1)
    return 0
  end
  local list = P .. 'q:' .. queue .. ':' .. priority
  if front then
    call('RPUSH', list, id)
    -- At once, like below: a ticket that is drawn later in this call counts it.
    call('HINCRBY', P .. 'stats:' .. queue, 'in:' .. priority, 1)
    return 0
  end
  call('LPUSH', list, id)
  return call('HINCRBY', P .. 'stats:' .. queue, 'in:' .. priority, 1)
end

local function expire(job, at)
  call('PEXPIREAT', P .. 'j:' .. job.id, at)
  call('PEXPIREAT', P .. 'p:' .. job.id, at)
  call('PEXPIREAT', P .. 'r:' .. job.id, at)
  if job.ik then call('PEXPIREAT', P .. 'idem:' .. job.ik, at) end
end

-- How many deliveries of a job are open or dead.
local function deliveries(id)
  local keys = {}
  for n = 1, FOLLOW_UPS do keys[n] = P .. 'o:' .. id .. '.' .. n end
  return call('EXISTS', unpack(keys))
end

-- Puts those follow-ups of a job into the outbox that are for this end; `fu` has a line for each: the ends that it is for, by
-- their letters, its kind, and where it goes. Returns whether there are any.
local function follow_up(job, ending)
  local n, found = 0, false
  for endings, kind, target in job.fu:gmatch('(%l+) (%l+) ([^\n]+)') do
    n = n + 1
    if endings:find(ending, 1, true) then
      local id = job.id .. '.' .. n
      call('HSET', P .. 'o:' .. id, 'k', kind, 't', target, 'c', now)
      call('PEXPIREAT', P .. 'o:' .. id, now + DELIVERY_LIFE)
      call('ZADD', P .. 'outbox', now, id)
      found = true
    end
  end
  return found
end

-- Ends a job; further arguments are fields to store with the end. Where `rest` is given, or a retention, it lives until then,
-- and in any case as long as there are deliveries of it.
local function conclude(job, way, cause, note, ...)
  local queue, state = job.q, WAYS[way]
  local fields, others = { change(job, state, cause, note) }, { ... }
  for i = 1, #others do fields[#fields + 1] = others[i] end
  local function add(field, value)
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  local expiry = job.rest or job.rt and now + job.rt
  if job.fu and follow_up(job, cause == 'deadline' and 'f' or state:sub(1, 1)) then
    expiry = expiry or number(call('HGET', P .. 'j:' .. job.id, 'xp'))
    add('fx', text(expiry))
    expiry = math.max(expiry, now + DELIVERY_LIFE)
  end
  if expiry then add('xp', text(expiry)) end
  call('HSET', P .. 'j:' .. job.id, unpack(fields))
  if expiry then expire(job, text(expiry)) end
  undated[#undated + 1] = job.id
  count(queue, 'bytes', -job.l)
  count(queue, state, 1)
  local ids = ended[queue] or {}
  ids[#ids + 1] = job.id
  ended[queue] = ids
end

-- Ends a job that somebody wanted to end, or whose deadline is over. Nobody will ask for its payload again, but for the follow-ups
-- that tell of a deadline.
local LATE = 'late' -- stored as x, in the place of 1, where the deadline asked for the end
local function cancel(job, way, is_late)
  local code, words, cause = 'canceled', 'canceled on request', 'cancel'
  if is_late then code, words, cause = 'deadline-exceeded', 'not ended by its deadline', 'deadline' end
  local is_kept = is_late and job.fu
  -- Together with the end: a job that is not kept at all is gone after it.
  conclude(job, way, cause, nil, 'ec', code, 'em', words, 'es', '', unpack(is_kept and {} or { 'b', '' }))
  if is_kept then return end
  call('HDEL', P .. 'j:' .. job.id, 'bf')
  call('UNLINK', P .. 'p:' .. job.id)
end

local function is_late(job) return job.td and tonumber(job.td) <= now end

-- Has the tick look at a job when its time to start is over, or its deadline.
local function watch(job, by)
  call('ZADD', P .. 'deadlines', math.min(by, tonumber(job.td or by)), job.id)
end

-- Ends a job as failed and keeps it as a dead letter; further arguments are fields to store with the end.
local function bury(job, code, detail, status, cause, note, ...)
  job.rest = now + math.max(DEAD_LETTER_LIFE, number(job.rt))
  conclude(job, 'running>failed', cause, note, 'ec', code, 'em', detail, 'es', status, ...)
  call('ZADD', P .. 'dead:' .. job.q, job.rest, job.id)
end

-- Ends a job that was not started in time.
local function outdate(job, way)
  conclude(job, way, 'expire', nil, 'ec', 'expired', 'em', 'not started in time', 'es', '')
end

-- Puts a job that ran back to the front of its line; it need not wait out what it waited before. Its time to start then
-- is not in the order of the list, so it is kept as a deadline; and it has to live until that is over.
local function hand_back(job, cause, note)
  local by = math.max(tonumber(job.by), now + age_limit(job))
  local expiry = math.max(tonumber(job.xp), by + (job.rt or DAY))
  watch(job, by)
  call('HSET', P .. 'j:' .. job.id, 'z', number(job.z), 'i', enqueue(job.id, job.q, job.p, job.z, true), 'by', by,
    'xp', expiry, change(job, WAYS['running>queued'], cause, note))
  expire(job, expiry)
end

-- Sees to it that a job which runs is not gone before its lease.
local function outlive(job, lease)
  local rest = job.rt or DAY
  if job.xp - now >= rest + lease then return end
  call('HSET', P .. 'j:' .. job.id, 'xp', now + rest + DAY)
  expire(job, now + rest + DAY)
end

-- Removes an ended job with all that belongs to it. Its idempotency key stays, so that the same submit makes no new job. While
-- there are deliveries of it, it is hidden only: without the field `s` there is no job, for whoever looks.
local function erase(id, v, s, fu)
  news[#news + 1] = id .. ' ' .. v + 1 .. ' gone'
  if fu and deliveries(id) > 0 then
    call('HSET', P .. 'j:' .. id, 'gs', s)
    call('HDEL', P .. 'j:' .. id, 's')
  else
    call('UNLINK', P .. 'j:' .. id, P .. 'p:' .. id, P .. 'r:' .. id)
  end
end

-- Leaves a wake-up for an idle worker, unless one lies there.
local function ring(queue, hint)
  if call('LLEN', P .. 'wake:' .. queue) == 0 then call('LPUSH', P .. 'wake:' .. queue, hint) end
end

-- Puts off what cannot be done for a damaged job, so that it holds up no others until it is repaired.
local function put_off(index, id) call('ZADD', P .. index, now + 60000, id) end

-- Puts up to `limit` due jobs in line.
local function promote(limit)
  local due = call('ZRANGEBYSCORE', P .. 'scheduled', '-inf', now, 'LIMIT', 0, limit)
  if #due == 0 then return 0 end
  call('ZREM', P .. 'scheduled', unpack(due))
  for _, id in ipairs(due) do
    local job = read(id, 'p', 'z')
    has_vanished = has_vanished or not job
    if job and job.is_damaged then
      put_off('scheduled', id)
    elseif job and job.s == 'scheduled' then
      local ticket = enqueue(id, job.q, job.p, job.z)
      call('HSET', P .. 'j:' .. id, 'i', ticket, change(job, WAYS['scheduled>queued'], 'promote'))
      count(job.q, 'scheduled', -1)
    end
  end
  return #due
end

-- Writes the accounts and tells the news: everything that is done once per call and not once per job.
local function close()
  for queue, account in pairs(figures) do enter(P .. 'stats:' .. queue, account) end
  for queue, ids in pairs(ended) do
    in_chunks('LPUSH', P .. 'recent:' .. queue, ids)
    call('LTRIM', P .. 'recent:' .. queue, 0, 999)
  end
  in_chunks('ZREM', P .. 'leases', unleased)
  in_chunks('ZREM', P .. 'deadlines', undated)
  if has_vanished then call('HSET', P .. 'upkeep', 'recount', 1) end
  for queue in pairs(freed) do
    local f = call('HMGET', P .. 'stats:' .. queue, 'paused', 'suspect', 'in:0', 'in:1', 'in:2', 'out:0', 'out:1', 'out:2')
    local left = tonumber(f[2] or 0)
    for p = 0, 2 do left = left + (f[3 + p] or 0) - (f[6 + p] or 0) end
    if left > 0 and not f[1] then bells[queue] = 'freed' end
  end
  for queue, hint in pairs(bells) do ring(queue, hint) end
  if #news > 0 then call('PUBLISH', P .. 'events', table.concat(news, '\n')) end
end
