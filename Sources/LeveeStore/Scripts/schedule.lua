-- Reading on in the schedule: shared by list and empty.

-- How many scheduled jobs lie before the place where a page ended; it stays good when the job there is gone.
local function after_due(due, id)
  if call('ZSCORE', P .. 'scheduled', id) == due then return call('ZRANK', P .. 'scheduled', id) + 1 end
  return call('ZCOUNT', P .. 'scheduled', '-inf', '(' .. due)
end
