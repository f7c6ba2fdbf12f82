-- How ended jobs are removed, and what keeps them.
local FOLLOW_UPS = 4 -- the most that a job has (FollowUp.limit)

-- How many deliveries of a job are open or dead.
local function deliveries(id)
  local keys = {}
  for n = 1, FOLLOW_UPS do keys[n] = P .. 'o:' .. id .. '.' .. n end
  return call('EXISTS', unpack(keys))
end

-- Removes an ended job with all that belongs to it. Its idempotency key stays, so that the same submit makes no new job. While
-- there are deliveries of it, it is hidden only: without the field `s` there is no job, for whoever looks. Of one that is damaged
-- there is nothing to tell.
local function erase(job)
  local key = P .. 'j:' .. job.id
  news[#news + 1] = job.id .. ' ' .. number(job.v) + 1 .. ' gone'
  if job.fu and not job.is_damaged and deliveries(job.id) > 0 then
    call('HSET', key, 'gs', standing(job, job.s, job.v, job.u))
    call('HDEL', key, 's')
  else
    call('UNLINK', key, P .. 'p:' .. job.id, P .. 'r:' .. job.id)
  end
end
