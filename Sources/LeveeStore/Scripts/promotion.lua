-- How scheduled jobs become ready.

-- Puts off what cannot be done for a damaged job, so that it holds up no others until it is repaired.
local function put_off(index, id) call('ZADD', P .. index, now + 60000, id) end

-- Puts up to `limit` due jobs in line.
local function promote(limit)
  local due = call('ZRANGEBYSCORE', P .. 'scheduled', '-inf', NOW, 'LIMIT', '0', limit)
  if #due == 0 then return 0 end
  call('ZREM', P .. 'scheduled', unpack(due))
  for _, id in ipairs(due) do
    local job = read(id)
    has_vanished = has_vanished or not job
    if job and job.is_damaged then
      put_off('scheduled', id)
    elseif job and job.s == 'scheduled' then
      job.i = enqueue(id, job.q, job.p, job.z)
      change(job, after('scheduled>queued'), 'promote')
      count(job.q, SCHEDULED, -1)
    end
  end
  return #due
end
