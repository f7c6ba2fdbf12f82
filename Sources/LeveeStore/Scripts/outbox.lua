-- What belongs to the deliveries of a job: shared by the scripts that settle them, and by the doctor.

-- The job that a delivery is of.
local function job_of(delivery) return delivery:match('^[^.]+') end

-- Makes a job live until a time; how its idempotency key lives is told by jobs that are not hidden only.
local function live_until(id, at, s, q, ik)
  call('HSET', P .. 'j:' .. id, 'xp', at)
  expire({ id = id, ik = s and ik }, at)
  if s and q then call('ZADD', P .. 'dead:' .. q, 'XX', at, id) end
end

-- Makes a job live until a time at least, since there is a delivery of it that does.
local function keep(id, at)
  local s, gs, xp, q, ik = unpack(call('HMGET', P .. 'j:' .. id, 's', 'gs', 'xp', 'q', 'ik'))
  if (s or gs) and number(xp) < at then live_until(id, at, s, q, ik) end
end

-- Lets a job be forgotten when it would have been without deliveries, if none of them is left; at once if it is hidden.
local function let_be(id)
  if deliveries(id) > 0 then return end
  local s, gs, fx, q, ik = unpack(call('HMGET', P .. 'j:' .. id, 's', 'gs', 'fx', 'q', 'ik'))
  if gs then
    call('UNLINK', P .. 'j:' .. id, P .. 'p:' .. id, P .. 'r:' .. id)
  elseif s and fx then
    call('HDEL', P .. 'j:' .. id, 'fx')
    live_until(id, tonumber(fx), s, q, ik)
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
