-- Ends attempts that did not succeed: to be tried again, as failed with a dead letter, or as canceled.
-- KEYS[1] -> prefix
-- ARGV[1...] -> eight arguments for each attempt: id, fence, 'retry' | 'throttle' | 'final' | 'cancel',
--   delay until the next attempt in ms, code, detail, HTTP status or '', how long it took in ms
-- Returns the verdicts: 'settled', 'repeated' or 'stale'. The fence is bumped with a retry, so that the same failure sent
-- twice counts once.
local verdicts = {}

local function settle(id, job, mode, delay, code, detail, status)
  local note = code .. ' ' .. detail:gsub('%c+', ' '):sub(1, 200)
  if mode == 'cancel' or job.x then
    return cancel(id, job, 'running>canceled')
  end
  local failures = job.a + (mode == 'throttle' and 0 or 1)
  if mode == 'final' or failures >= tonumber(job.m) and mode == 'retry' then
    call('HSET', P .. 'j:' .. id, 'a', failures)
    return bury(id, job, code, detail, status, 'fail', note)
  end
  local due = now + delay
  local by, expiry = tonumber(job.by), tonumber(job.xp)
  if mode == 'retry' then
    by = due + job.ag
    expiry = by + (job.rt or DAY)
    expire(id, expiry)
    if tonumber(job.ag) ~= DAY then call('ZADD', P .. 'deadlines', by, id) end
  elseif due >= by then
    return outdate(id, job, 'running>failed')
  end
  call('ZADD', P .. 'scheduled', due, id)
  count(job.q, 'scheduled', 1)
  call('HSET', P .. 'j:' .. id, 'n', job.n + 1, 'a', failures, 'd', due, 'by', by, 'xp', expiry, 'ec', code, 'em', detail,
    'es', status, change(id, WAYS['running>scheduled'], job.v, job.h, mode == 'retry' and 'fail' or 'throttle', note))
end

for i = 1, #ARGV, 8 do
  local id, fence = ARGV[i], ARGV[i + 1]
  local s, v, h, n, q, l, ag, rt, xp, a, m, by, x = unpack(call('HMGET', P .. 'j:' .. id,
    's', 'v', 'h', 'n', 'q', 'l', 'ag', 'rt', 'xp', 'a', 'm', 'by', 'x'))
  if n == fence and s == 'running' then
    settle(id, { v = v, h = h, n = n, q = q, l = l, ag = ag, rt = rt, xp = xp, a = a, m = m, by = by, x = x },
      ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
    count(q, 'running', -1)
    count(q, 'busy', ARGV[i + 7])
    unleased[#unleased + 1] = id
    freed[q] = true
    verdicts[#verdicts + 1] = 'settled'
  else
    verdicts[#verdicts + 1] = n == fence and (s == 'failed' or s == 'canceled') and 'repeated' or 'stale'
  end
end
close()
return verdicts
