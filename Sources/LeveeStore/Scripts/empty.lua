-- Cancels what waits in a queue, a bounded number at a time: first what is in line, then what is scheduled.
-- KEYS[1] -> prefix
-- ARGV[1] -> queue  ARGV[2] -> where the call before ended: '', 'line' or '<due>.<id>'
-- Returns {how many were canceled, where it ended, or '' when all was gone through}.
local LIMIT = 100
local queue, at = ARGV[1], ARGV[2]
local looked, canceled = 0, 0

local function empty(list, popped)
  while looked < LIMIT do
    local id = call('RPOP', list)
    if not id then return end
    looked = looked + 1
    local job = read(id)
    has_vanished = has_vanished or not job
    local waits = job and job.s == 'queued'
    if waits and not job.is_damaged then -- that one is ended when it is repaired
      cancel(job, 'queued>canceled')
      canceled = canceled + 1
    end
    popped(waits)
  end
end

if at == '' or at == 'line' then
  empty(P .. 'suspect:' .. queue, function() count(queue, SUSPECT, -1) end)
  for p = 0, 2 do
    empty(P .. 'q:' .. queue .. ':' .. p, function(waits)
      count(queue, OUT + 4 * p, 1)
      if not waits then count(queue, STALE + 4 * p, -1) end
    end)
  end
  at = looked < LIMIT and '' or 'line'
end

if at ~= 'line' then
  local first = at == '' and 0 or after_due(at:match('^(%d+)%.(%w+)$'))
  local due = call('ZRANGE', P .. 'scheduled', first, first + LIMIT - looked - 1, 'WITHSCORES')
  local is_last = #due < 2 * (LIMIT - looked)
  for i = 1, #due, 2 do
    local job = read(due[i])
    if job and not job.is_damaged and job.s == 'scheduled' and job.q == queue then
      cancel(job, 'scheduled>canceled')
      call('ZREM', P .. 'scheduled', job.id)
      count(queue, SCHEDULED, -1)
      canceled = canceled + 1
    else
      at = due[i + 1] .. '.' .. due[i]
    end
  end
  if is_last then at = '' elseif at == '' then at = '0.0' end
end
close()
return { canceled, at }
