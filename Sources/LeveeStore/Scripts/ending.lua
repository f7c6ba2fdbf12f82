-- How jobs end.

-- Puts those follow-ups of a job into the outbox that are for this end; a line of `fu` has the ends that it is for, by
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

-- Where the ends are counted.
local ENDED = { succeeded = SUCCEEDED, failed = FAILED, canceled = CANCELED }

-- Takes down that a job has ended.
local function enter_end(id, queue, state, length)
  local account, ids = figures(queue), ended[queue]
  if not ids then
    ids = {}
    ended[queue] = ids
  end
  ids[#ids + 1] = id
  undated[#undated + 1] = id
  account[BYTES] = account[BYTES] - length
  account[ENDED[state]] = account[ENDED[state]] + 1
end

-- Ends a job; further arguments are fields to store with the end. Where `rest` is given, or a retention, it lives until then,
-- and in any case as long as there are deliveries of it.
local function conclude(job, way, cause, note, ...)
  local queue, state = job.q, after(way)
  local expiry = job.rest or job.rt and now + job.rt
  if job.fu and follow_up(job, cause == 'deadline' and 'f' or state:sub(1, 1)) then
    expiry = expiry or number(job.xp)
    call('HSET', P .. 'j:' .. job.id, 'fx', text(expiry))
    expiry = math.max(expiry, now + DELIVERY_LIFE)
  end
  if expiry then job.xp = text(expiry) end
  change(job, state, cause, note, ...)
  if expiry then expire(job, job.xp) end
  enter_end(job.id, queue, state, job.l)
end

-- Ends a job that somebody wanted to end, or whose deadline is over. Nobody will ask for its payload again, but for the follow-ups
-- that tell of a deadline.
local LATE = 'late' -- stored as x, in the place of 1, where the deadline asked for the end
local function cancel(job, way, is_over)
  local code, words, cause = 'canceled', 'canceled on request', 'cancel'
  if is_over then code, words, cause = 'deadline-exceeded', 'not ended by its deadline', 'deadline' end
  local is_kept = is_over and job.fu
  -- Together with the end: a job that is not kept at all is gone after it.
  conclude(job, way, cause, nil, 'ec', code, 'em', words, 'es', '', unpack(is_kept and {} or { 'b', '' }))
  if is_kept then return end
  call('HDEL', P .. 'j:' .. job.id, 'bf')
  call('UNLINK', P .. 'p:' .. job.id)
end

-- Ends a job that was not started in time.
local function outdate(job, way)
  conclude(job, way, 'expire', nil, 'ec', 'expired', 'em', 'not started in time', 'es', '')
end
