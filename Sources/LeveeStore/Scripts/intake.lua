-- How jobs come into being: shared by submit, and by retry, which makes a new job of a dead letter.

-- Stores a job and puts it in line, or on the schedule: new>queued, new>scheduled. `job` has its facts as facts.lua stores them, but
-- for what follows from this moment. `delay` is how long it waits at least, `life` how long until its deadline, or '' for none;
-- further arguments are fields to store with it. Returns {state, ticket, due, expiry}.
local function take_in(job, delay, life, ...)
  local id, queue = job.id, job.q
  local key, account, due = P .. 'j:' .. id, figures(queue), now + delay
  local by = due + (job.ag or DAY)
  local state, ticket, starts, expiry = 'queued', '0', text(by), text(by + (job.rt or DAY))
  account[BYTES], account[SUBMITTED] = account[BYTES] + job.l, account[SUBMITTED] + 1
  if due > now then
    state = 'scheduled'
    account[SCHEDULED] = account[SCHEDULED] + 1
    call('ZADD', P .. 'scheduled', due, id)
  else
    local entered = IN + 4 * job.p
    ticket = text(account[entered] + 1)
    account[entered] = ticket
    call('LPUSH', P .. 'q:' .. queue .. ':' .. job.p, id)
  end
  job.c = NOW
  if life ~= '' then job.td = text(now + life) end
  call('HSET', key, 's', state .. ' 1 ' .. NOW .. ' 0 0 0 - 0 0 ' .. ticket .. ' ' .. starts .. ' ' .. expiry, 'f', facts(job), ...)
  call('PEXPIREAT', key, expiry)
  if due > now then call('HSET', key, 'd', text(due)) end
  if job.td or job.ag then call('ZADD', P .. 'deadlines', math.min(by, tonumber(job.td or by)), id) end
  enter_figures()
  if state == 'queued' and account[PAUSED] == '0' then ring(queue, id) end
  return { state, ticket, due > now and text(due) or NOW, expiry }
end
