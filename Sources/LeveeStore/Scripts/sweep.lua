-- Keeps the lists short: shared by all that leave entries of ended jobs behind in the middle of a list.

-- How many entries are looked at in one call, and how many stale ones are borne in any case.
local SWEEP = 250

-- Once more than SWEEP entries of a list are stale, and more than those that are not, takes the stale ones out of a piece of
-- it. Where the piece lies is drawn, so half of it is stale on average, in whatever order jobs have ended: each call takes
-- out more than a call adds, and a list never has many more than two entries for each job that waits in it.
local function sweep(queue, p)
  local account = figures(queue)
  local all, stale = lying(account, p), tonumber(account[STALE + 4 * p])
  if stale <= SWEEP or 2 * stale <= all then return end
  local list, last = P .. 'q:' .. queue .. ':' .. p, math.max(all - SWEEP, 0)
  local first = now % 1000003 * 7919 % (last + 1)
  local gone = 0
  for i, id in ipairs(call('LRANGE', list, first, first + SWEEP - 1)) do
    local job = glance(id)
    has_vanished = has_vanished or not job
    if not job or job.s ~= 'queued' then
      call('LSET', list, first + i - 1, '')
      gone = gone + 1
    end
  end
  if gone == 0 then return end
  -- From the end that is nearer.
  call('LREM', list, 2 * first < last and gone or -gone, '')
  count(queue, OUT + 4 * p, gone)
  count(queue, STALE + 4 * p, -gone)
end
