-- How jobs come into being: shared by submit, and by retry, which makes a new job of a dead letter.

-- Stores a job and puts it in line, or on the schedule. `job` has id, type, queue, priority, delay, age, retention ('' for the
-- default), life (until its deadline, or '' for none), attempts, media, length, tenant, follow_ups, and paused if its queue is; what
-- holds its payload is for the caller to add, with what else is stored.
-- Returns {state, ticket, due, expiry}.
local function take_in(job, ...)
  local key, queue, due = P .. 'j:' .. job.id, job.queue, now + job.delay
  local by = due + job.age
  local expiry = by + (job.retention == '' and DAY or job.retention)
  local waits = tonumber(job.delay) > 0
  local state, ticket = WAYS[waits and 'new>scheduled' or 'new>queued'], 0
  if waits then
    call('ZADD', P .. 'scheduled', due, job.id)
    count(queue, 'scheduled', 1)
  else
    ticket = enqueue(job.id, queue, job.priority, 0)
    if job.paused then bells[queue] = nil end
  end
  local stored_by, stored_expiry = text(by), text(expiry)
  local fields = { 's', state, 'v', '1', 'u', NOW, 'c', NOW, 't', job.type, 'q', queue, 'p', job.priority, 'i', text(ticket),
    'm', job.attempts, 'by', stored_by, 'xp', stored_expiry, 'k', job.media, 'l', text(job.length), ... }
  local function add(field, value)
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  if waits then add('d', due) end
  if tonumber(job.age) ~= DAY then add('ag', job.age) end
  if job.life ~= '' then
    job.td = now + job.life
    add('td', job.td)
  end
  if job.td or tonumber(job.age) ~= DAY then watch(job, by) end
  if job.retention ~= '' then add('rt', job.retention) end
  if job.tenant ~= STANDARD then add('te', job.tenant) end
  if job.follow_ups ~= '' then add('fu', job.follow_ups) end
  call('HSET', key, unpack(fields))
  call('PEXPIREAT', key, stored_expiry)
  count(queue, 'bytes', job.length)
  count(queue, 'submitted', 1)
  return { state, ticket, due, expiry }
end
