-- What belongs to the deliveries of a job: shared by the scripts that settle them, and by the doctor.

-- The job that a delivery is of.
local function job_of(delivery) return delivery:match('^[^.]+') end

-- Makes a job live until a time; how its idempotency key lives is told by jobs that are not hidden only.
local function live_until(job, at)
  job.xp = text(at)
  if job.is_hidden then job.ik = nil end
  call('HSET', P .. 'j:' .. job.id, job.is_hidden and 'gs' or 's', standing(job, job.s, job.v, job.u))
  expire(job, at)
  if job.q and not job.is_hidden then call('ZADD', P .. 'dead:' .. job.q, 'XX', at, job.id) end
end

-- Reads a job, be it hidden or not, and when it would be forgotten without deliveries; nil if it is gone.
local function read_hidden(id)
  local s, gs, f, fx = unpack(call('HMGET', P .. 'j:' .. id, 's', 'gs', 'f', 'fx'))
  if not (s or gs) then return nil end
  local job = parse(id, s or gs, f)
  job.is_hidden = not s
  return job, fx
end

-- Makes a job live until a time at least, since there is a delivery of it that does.
local function keep(id, at)
  local job = read_hidden(id)
  if job and number(job.xp) < at then live_until(job, at) end
end

-- Lets a job be forgotten when it would have been without deliveries, if none of them is left; at once if it is hidden.
local function let_be(id)
  if deliveries(id) > 0 then return end
  local job, fx = read_hidden(id)
  if job and job.is_hidden then
    call('UNLINK', P .. 'j:' .. id, P .. 'p:' .. id, P .. 'r:' .. id)
  elseif job and fx then
    call('HDEL', P .. 'j:' .. id, 'fx')
    live_until(job, tonumber(fx))
  end
end

-- Forgets a delivery that is done with.
local function close_delivery(id)
  call('ZREM', P .. 'outbox', id)
  call('ZREM', P .. 'undelivered', id)
  call('UNLINK', P .. 'o:' .. id)
  let_be(job_of(id))
end

-- Gives a delivery and its job a life of their own from now on; returns its end.
local function prolong(id)
  local at = now + DELIVERY_LIFE
  call('PEXPIREAT', P .. 'o:' .. id, at)
  keep(job_of(id), at)
  return at
end
