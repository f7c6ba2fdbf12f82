-- Ends attempts that did not succeed: to be tried again, as failed with a dead letter, or as canceled.
-- KEYS[1] -> prefix
-- ARGV[1...] -> twelve arguments for each attempt: id, fence, 'retry' | 'throttle' | 'final' | 'cancel',
--   delay until the next attempt in ms, code, detail, HTTP status or '', how long it took in ms, and what the
--   handler answered: HTTP status, or '' if nothing, media type, header fields, bytes
-- Returns the verdicts: 'settled', 'repeated' or 'stale'. The fence is bumped with a retry, so that the same failure sent
-- twice counts once.
local verdicts = {}

local function settle(job, mode, delay, code, detail, status, ...)
  local note = code .. ' ' .. detail:gsub('%c+', ' '):sub(1, 200)
  if mode == 'cancel' or job.x then return cancel(job, 'running>canceled', job.x == LATE) end
  local failures = number(job.a) + (mode == 'throttle' and 0 or 1)
  local due = now + delay
  local is_over = job.td and due >= tonumber(job.td) -- the deadline leaves no time for another attempt
  if mode == 'final' or mode == 'retry' and (failures >= tonumber(job.m) or is_over) then
    job.a = text(failures)
    return bury(job, code, detail, status, 'fail', note, ...)
  end
  local by, expiry = tonumber(job.by), tonumber(job.xp)
  if mode == 'retry' then
    by = math.max(by, due + age_limit(job)) -- a clock that was set back takes nothing away
    expiry = by + (job.rt or DAY)
    expire(job, expiry)
    if job.td or age_limit(job) ~= DAY then watch(job, by) end
  elseif due >= by then
    return outdate(job, 'running>failed')
  elseif is_over then
    return cancel(job, 'running>canceled', true)
  else
    watch(job, by) -- it will be at the back of its line, with an early time to start
  end
  call('ZADD', P .. 'scheduled', due, job.id)
  count(job.q, SCHEDULED, 1)
  job.n, job.a, job.by, job.xp = text(job.n + 1), text(failures), text(by), text(expiry)
  change(job, after('running>scheduled'), mode == 'retry' and 'fail' or 'throttle', note, 'd', text(due), 'ec', code,
    'em', detail, 'es', status)
end

-- The fields in which the answer of a handler is kept, like a result.
local function answer(i)
  if ARGV[i] == '' then return end
  return 'rs', ARGV[i] .. ' ' .. #ARGV[i + 3] .. ' ' .. ARGV[i + 1] .. '\n' .. ARGV[i + 2], 'r', ARGV[i + 3]
end

for i = 1, #ARGV, 12 do
  local id, fence = ARGV[i], ARGV[i + 1]
  local job = read(id, 'x')
  if not job or job.n ~= fence then
    local is_known = job and ARGV[i + 2] ~= 'cancel' and job.s == 'scheduled' and number(job.n) == fence + 1
    verdicts[#verdicts + 1] = is_known and 'repeated' or 'stale'
  elseif job.s ~= 'running' then
    verdicts[#verdicts + 1] = (job.s == 'failed' or job.s == 'canceled') and 'repeated' or 'stale'
  elseif job.is_damaged then
    verdicts[#verdicts + 1] = 'stale'
  else
    settle(job, ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6], answer(i + 8))
    count(job.q, RUNNING, -1)
    clocked(job.q, 'service', tonumber(ARGV[i + 7]))
    held(job.q, job.t, job.g)
    unleased[#unleased + 1] = id
    freed[job.q] = true
    verdicts[#verdicts + 1] = 'settled'
  end
end
enter_durations()
close()
return verdicts
