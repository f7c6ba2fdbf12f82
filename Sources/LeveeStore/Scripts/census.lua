-- Counting a queue anew: shared by the tick, which does it where jobs have vanished, and by the doctor.

-- The names of all queues.
local function all_queues()
  local queues = {}
  for queue in (call('HGET', P .. 'meta', 'queues') or ''):gmatch('%S+') do queues[#queues + 1] = queue end
  return queues
end

-- How many entries have to be looked at to count a queue.
local function entries(queue)
  local sum = call('ZCARD', P .. 'leases') + call('ZCARD', P .. 'scheduled') + call('LLEN', P .. 'suspect:' .. queue)
  for p = 0, 2 do sum = sum + call('LLEN', P .. 'q:' .. queue .. ':' .. p) end
  return sum
end

-- What the levels of a queue come to by its jobs: a table of figures, with `lying<p>` for the length of each list.
local function census(queue)
  local levels = { running = 0, scheduled = 0, bytes = 0, suspect = call('LLEN', P .. 'suspect:' .. queue) }
  local seen = {}
  local function look(id, state)
    local s, f = unpack(redis.pcall('HMGET', P .. 'j:' .. id, 's', 'f')) -- nothing where the key is no hash
    local job = s and parse(id, s, f)
    if not job or job.s ~= state or job.q ~= queue then return 0 end
    if not seen[id] then levels.bytes = levels.bytes + number(job.l) end
    seen[id] = true
    return 1
  end
  for state, index in pairs({ running = 'leases', scheduled = 'scheduled' }) do
    for _, id in ipairs(call('ZRANGE', P .. index, 0, -1)) do levels[state] = levels[state] + look(id, state) end
  end
  for _, id in ipairs(call('LRANGE', P .. 'suspect:' .. queue, 0, -1)) do look(id, 'queued') end
  for p = 0, 2 do
    local ids, waiting = call('LRANGE', P .. 'q:' .. queue .. ':' .. p, 0, -1), 0
    for _, id in ipairs(ids) do waiting = waiting + look(id, 'queued') end
    levels['lying' .. p] = #ids
    levels['stale' .. p] = #ids - waiting
  end
  return levels
end

-- Puts the levels of a queue right; enter_figures() writes them.
local function count_anew(queue)
  local account, levels = figures(queue), census(queue)
  for p = 0, 2 do
    account[OUT + 4 * p] = account[IN + 4 * p] - levels['lying' .. p]
    account[STALE + 4 * p] = levels['stale' .. p]
  end
  account[RUNNING], account[SCHEDULED], account[BYTES] = levels.running, levels.scheduled, levels.bytes
  account[SUSPECT] = levels.suspect
end
