-- What is done once per call and not once per job: taken down meanwhile, done by close().
local ended, unleased, undated, news = {}, {}, {}, {}
local bells = {} -- queue -> hint: has a job for an idle worker
local freed = {} -- queue -> true: may have one, since a slot under its cap is free again
local has_vanished = false -- whether a job was gone that an index still named

-- Calls a command with many values, a bounded number at a time.
local CHUNK = 1000
local function in_chunks(command, key, values)
  for first = 1, #values, CHUNK do
    call(command, key, unpack(values, first, math.min(first + CHUNK - 1, #values)))
  end
end

-- Writes the accounts and tells the news.
local function close()
  for queue, ids in pairs(ended) do
    in_chunks('LPUSH', P .. 'recent:' .. queue, ids)
    call('LTRIM', P .. 'recent:' .. queue, 0, 999)
  end
  if #unleased > 0 then in_chunks('ZREM', P .. 'leases', unleased) end
  if #undated > 0 then in_chunks('ZREM', P .. 'deadlines', undated) end
  if has_vanished then call('HSET', P .. 'upkeep', 'recount', 1) end
  for queue in pairs(freed) do
    if has_entries(figures(queue)) then bells[queue] = 'freed' end
  end
  enter_figures()
  for queue, hint in pairs(bells) do ring(queue, hint) end
  if #news > 0 then call('PUBLISH', P .. 'events', table.concat(news, '\n')) end
end
