-- Looks at a subject once more and mends what can be mended, by the same ways that all scripts go.
-- KEYS[1] -> prefix
-- ARGV[1...3] -> the subject as in examine.lua
-- Returns what is still wrong afterwards, as problems.
local kind, name, hint = ARGV[1], ARGV[2], ARGV[3]
local key = P .. 'j:' .. name
local problems, job = look(kind, name, hint, true)
local is_recounted = false

-- Takes a job out of every list and index; what is to come of it is seen to afterwards.
local function take_out(id, queue)
  unleased[#unleased + 1] = id
  undated[#undated + 1] = id
  call('ZREM', P .. 'scheduled', id)
  has_vanished = true
  if not queue then return end
  count(queue, SUSPECT, -call('LREM', P .. 'suspect:' .. queue, 0, id))
  for p = 0, 2 do count(queue, OUT + 4 * p, call('LREM', P .. 'q:' .. queue .. ':' .. p, 0, id)) end
end

-- Gives a key at most a day to live.
local function let_go(doomed)
  local rest = call('PTTL', doomed)
  if rest == -1 or rest > DAY then call('PEXPIRE', doomed, DAY) end
end

-- A job that lacks fields cannot run any more: it ends as failed, so that whoever asks for it is told. One that does not even
-- say whose it is or where it stands is forgotten in a day. The result of one that succeeded cannot be made up.
local function end_broken(lacks)
  if not job or not job.q or not FIELDS_OF[job.s] then
    take_out(name, job and job.q)
    call('HDEL', key, 's')
    let_go(key)
    return
  end
  local expiry = call('PEXPIRETIME', key)
  local defaults = { v = '1', u = NOW, n = '0', g = NOW, at = '0', a = '0', z = '0', i = '0', by = NOW, w = '-',
    xp = text(expiry > now and expiry or now + DAY), t = 'unknown', p = '1', c = NOW, m = '1', l = '0', k = 'application/octet-stream' }
  local failure = { ec = 'damaged', em = 'the job had lost fields: ' .. lacks }
  for field in lacks:gmatch('%S+') do
    if defaults[field] then
      job[field] = defaults[field]
    elseif failure[field] then
      call('HSET', key, field, failure[field])
    else
      job[field] = false
    end
  end
  call('HSET', key, 's', standing(job, job.s, job.v, job.u), 'f', facts(job))
  if lacks:find('xp', 1, true) then expire(job, job.xp) end
  if HAS_ENDED[job.s] then return end
  take_out(name, job.q)
  bury(job, failure.ec, failure.em, '', 'fail', failure.ec .. ' ' .. failure.em)
end

-- Puts a job to the front of its line, for it has waited; its time to start is kept as that of one that was handed back.
local function put_in_line()
  for _, list in ipairs(lines(job.q)) do
    local removed, p = call('LREM', list, 0, name), list:match(':([012])$')
    if list == P .. 'suspect:' .. job.q then count(job.q, SUSPECT, -removed) else count(job.q, OUT + 4 * p, removed) end
  end
  job.i = enqueue(name, job.q, job.p, job.z, true)
  save(job)
  watch(job, tonumber(job.by))
end

-- Leaves a job the oldest entry in its own line and no other.
local function leave_one_in_line()
  local own = line(job.q, job.p, job.z)
  for _, list in ipairs(lines(job.q)) do
    local times = #call('LPOS', list, name, 'COUNT', 0)
    local removed, p = 0, list:match(':([012])$')
    if list ~= own then
      removed = call('LREM', list, 0, name)
    elseif times > 1 then
      removed = call('LREM', list, times - 1, name)
    end
    if list == P .. 'suspect:' .. job.q then count(job.q, SUSPECT, -removed) else count(job.q, OUT + 4 * p, removed) end
  end
end

-- Makes all that belongs to a job live as long as the job says; one whose time is over gets another day.
local function live_on()
  local expiry = tonumber(job.xp)
  if expiry <= now then
    expiry = now + DAY
    job.xp = text(expiry)
    save(job)
    if call('ZSCORE', P .. 'dead:' .. job.q, name) then call('ZADD', P .. 'dead:' .. job.q, expiry, name) end
  end
  expire(job, expiry)
end

local function unlease() unleased[#unleased + 1] = name end
local function undate() undated[#undated + 1] = name end
local function date() watch(job, tonumber(job.s == 'running' and job.td or job.by)) end
-- Time for a worker that has the job to say so; without one, the tick takes it back then.
local function lease_anew() call('ZADD', P .. 'leases', now + 15000, name) end
local function schedule() call('ZADD', P .. 'scheduled', job.d, name) end
local function unschedule() call('ZREM', P .. 'scheduled', name) end
local function forget_dead(queue) call('ZREM', P .. 'dead:' .. queue, name) end
local function recount()
  if entries(name) <= tonumber(hint) then is_recounted = true end
end

local MENDS = {
  ['broken'] = end_broken,
  ['no-expiry'] = live_on, ['wrong-expiry'] = live_on, ['payload-expiry'] = live_on, ['result-expiry'] = live_on,
  ['payload-orphan'] = function() let_go(P .. 'p:' .. name) end,
  ['result-orphan'] = function() let_go(P .. 'r:' .. name) end,
  ['idem-lost'] = function()
    job.ik = nil
    call('HSET', key, 'f', facts(job))
  end,
  ['idem-expiry'] = live_on,
  ['idem-lasting'] = function() let_go(P .. name) end,
  ['no-lease'] = lease_anew, ['lease-too-long'] = lease_anew,
  ['lease-not-running'] = unlease, ['lease-of-nothing'] = unlease,
  ['no-schedule'] = schedule, ['wrong-due'] = schedule,
  ['schedule-not-scheduled'] = unschedule, ['schedule-of-nothing'] = unschedule,
  ['no-deadline'] = date, ['late-deadline'] = date,
  ['deadline-of-ended'] = undate, ['deadline-of-nothing'] = undate,
  ['no-dead-letter'] = function() call('ZADD', P .. 'dead:' .. job.q, job.xp, name) end,
  ['dead-not-failed'] = forget_dead, ['dead-of-nothing'] = forget_dead,
  ['not-in-line'] = put_in_line, ['twice-in-line'] = leave_one_in_line,
  ['unlisted-queue'] = function()
    local queues = call('HGET', P .. 'meta', 'queues') or ''
    call('HSET', P .. 'meta', 'queues', queues == '' and name or queues .. ' ' .. name)
  end,
  ['wake-ups'] = function() call('LTRIM', P .. 'wake:' .. name, 0, 0) end,
  ['recent'] = function() call('LTRIM', P .. 'recent:' .. name, 0, 999) end,
  ['no-number'] = function(field)
    -- What can be read of a line is written by close().
    if field == 'figures' then figures(name) else call('HDEL', P .. 'stats:' .. name, field) end
    recount()
  end,
  ['wrong-figure'] = recount,
  ['worker-expiry'] = function() call('PEXPIRE', P .. 'worker:' .. name, 15000) end,
  ['worker-unlisted'] = function()
    call('ZADD', P .. 'workers', call('PEXPIRETIME', P .. 'worker:' .. name), name)
  end,
  ['worker-of-nothing'] = function() call('ZREM', P .. 'workers', name) end,
  ['lasting'] = function() call('PEXPIRE', P .. name, DELIVERY_LIFE) end,
  ['delivery-of-nothing'] = function() close_delivery(name) end,
  ['delivery-lost'] = function() close_delivery(name) end,
  ['delivery-outlives'] = function() keep(job_of(name), call('PEXPIRETIME', P .. 'o:' .. name)) end,
  ['delivery-listing'] = function()
    call('ZREM', P .. 'undelivered', name)
    call('ZADD', P .. 'outbox', now, name)
  end,
  ['key-expires'] = function() call('PERSIST', P .. name) end,
  ['meta'] = function() -- what is there stays: others may go by it
    call('HSETNX', P .. 'meta', 'layout', name)
    call('HSETNX', P .. 'meta', 'secret', hint)
  end,
}

for _, problem in ipairs(problems) do
  has_vanished = has_vanished or problem[1]:find('-of-nothing', 1, true) ~= nil and kind == 'job'
  local mend = MENDS[problem[1]]
  if mend then mend(problem[2]) end
end
close()
if is_recounted then
  count_anew(name)
  enter_figures()
end
return (look(kind, name, hint, true))
