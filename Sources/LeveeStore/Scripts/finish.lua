-- Ends attempts that succeeded, and claims in the same call.
-- KEYS[1] -> prefix
-- ARGV[1...] -> as in leasing.lua, then eight arguments for each attempt:
--   id, fence, HTTP status, media type, result or a reference to it, where that goes as in submit.lua, how long it
--   took in ms, header fields or ''
-- Returns {verdicts, leased jobs, calls}; a verdict is 'settled', 'repeated' or 'stale'.
-- What most jobs look like that end: version; what stays as it is, of that fence and time of the claim; type, queue and length.
local PLAIN = '^(%S+) (%w%S*) [012] %d+ %d+ (%d+)\n'
local UNDER_WAY = '^running (%d+) %d+ ((%d+) (%d+) .*)$'

-- Stores the end of a job that is not as most. Answers the verdict, and of a job that has ended by it type, queue, time of the claim.
local function finish_other(job, fence, ...)
  if job.n ~= fence then return 'stale' end
  if job.s == 'succeeded' then return 'repeated' end
  if job.s ~= 'running' or job.is_damaged then return 'stale' end
  conclude(job, 'running>succeeded', 'finish', nil, ...)
  return 'settled', job.t, job.q, job.g
end

-- Stores the end of a job with the fields of its result; answers as above.
local function finish(id, fence, ...)
  local key = P .. 'j:' .. id
  local stored = call('HMGET', key, 's', 'f', 'h')
  local standing, facts, log = stored[1], stored[2], stored[3]
  if not standing then return 'stale' end
  local v, rest, n, claimed = standing:match(UNDER_WAY)
  local kind, queue, length = (facts or ''):match(PLAIN)
  if not (length and log and n == fence) then return finish_other(parse(id, standing, facts, log), fence, ...) end
  v = following(v)
  put(key, id, v, 'succeeded', 'succeeded ' .. v .. ' ' .. NOW .. ' ' .. rest, log, 'finish', ...)
  enter_end(id, queue, 'succeeded', length)
  return 'settled', kind, queue, claimed
end

-- Stores a result in a key of its own, for as long as its job lives, or says that it does if it has lost its expiry.
local function keep_apart(id, result)
  local key = P .. 'j:' .. id
  local expiry = call('PEXPIRETIME', key)
  if expiry == -1 then expiry = tonumber(call('HGET', key, 's'):match('%d+$')) or now + DAY end
  if expiry > 0 then call('SET', P .. 'r:' .. id, result, 'PXAT', expiry) end
end

local verdicts = {}
for i = QUEUES_END + 1, #ARGV, 8 do
  local id, result, place = ARGV[i], ARGV[i + 4], ARGV[i + 5]
  local length = place == '2' and result:match('^%d+') or text(#result)
  local verdict, kind, queue, claimed = finish(id, ARGV[i + 1],
    'rs', ARGV[i + 2] .. ' ' .. length .. ' ' .. ARGV[i + 3] .. '\n' .. ARGV[i + 7],
    place == '1' and 'ro' or place == '2' and 'rf' or 'r', place == '1' and '1' or result)
  if queue then
    if place == '1' then keep_apart(id, result) end
    local account = figures(queue)
    account[RUNNING] = account[RUNNING] - 1
    clocked(queue, 'service', tonumber(ARGV[i + 6]))
    held(queue, kind, claimed)
    unleased[#unleased + 1] = id
    freed[queue] = true
  end
  verdicts[#verdicts + 1] = verdict
end
local leased = claim()
enter_durations()
close()
return { verdicts, leased, calls }
