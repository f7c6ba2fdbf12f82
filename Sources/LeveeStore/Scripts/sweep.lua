-- Keeps the lists short: shared by all that leave entries of ended jobs behind in the middle of a list.

-- How many entries are looked at in one call, and how many stale ones are borne in any case.
local SWEEP = 250

-- Once more than SWEEP entries of a list are stale, and more than those that are not, takes the stale ones out of a piece of
-- it. Where the piece lies is drawn, so half of it is stale on average, in whatever order jobs have ended: each call takes
-- out more than a call adds, and a list never has many more than two entries for each job that waits in it.
local function sweep(queue, p)
  local stored, pending = call('HMGET', P .. 'stats:' .. queue, 'in:' .. p, 'out:' .. p, 'stale:' .. p), figures[queue] or {}
  local lying = number(stored[1]) - number(stored[2]) - (pending['out:' .. p] or 0)
  local stale = number(stored[3]) + (pending['stale:' .. p] or 0)
  if stale <= SWEEP or 2 * stale <= lying then return end
  local list, last = P .. 'q:' .. queue .. ':' .. p, math.max(lying - SWEEP, 0)
  local first = now % 1000003 * 7919 % (last + 1)
  local gone = 0
  for i, id in ipairs(call('LRANGE', list, first, first + SWEEP - 1)) do
    local state = call('HGET', P .. 'j:' .. id, 's')
    has_vanished = has_vanished or not state
    if state ~= 'queued' then
      call('LSET', list, first + i - 1, '')
      gone = gone + 1
    end
  end
  if gone == 0 then return end
  -- From the end that is nearer.
  call('LREM', list, 2 * first < last and gone or -gone, '')
  count(queue, 'out:' .. p, gone)
  count(queue, 'stale:' .. p, -gone)
end
