-- Lines of jobs that are ready.
local SUSPECT_AFTER = 2

-- Puts a ready job in line: at the back with a new ticket, or at the front. One that lost its worker twice waits apart.
-- Returns the ticket, '0' without one.
local function enqueue(id, queue, priority, stalls, front)
  local account = figures(queue)
  bells[queue] = id
  if stalls ~= '0' and number(stalls) >= SUSPECT_AFTER then
    call('LPUSH', P .. 'suspect:' .. queue, id)
    account[SUSPECT] = account[SUSPECT] + 1
    return '0'
  end
  local entered = IN + 4 * priority
  account[entered] = account[entered] + 1
  call(front and 'RPUSH' or 'LPUSH', P .. 'q:' .. queue .. ':' .. priority, id)
  return front and '0' or text(account[entered])
end
