-- Tells who serves a queue and what waits in it, by a sample of its jobs; writes nothing.
-- KEYS[1] -> prefix
-- ARGV[1] -> queue
-- Returns {now, slots of the workers that serve it and take jobs, how many jobs run of the other queues that these serve,
-- lists}; a list is {what has left it, its length, the type of each job that was looked at, the oldest first, '' for one that
-- does not wait any more, ...}.
local LOOK = 64 -- how many entries of a list to look at; of a longer one, at equal distances (QueueLine.sample)
local WORKERS = 1000
local queue = ARGV[1]

local slots, others, elsewhere = 0, {}, 0
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'workers', '(' .. now, '+inf', 'LIMIT', 0, WORKERS)) do
  local own, served, draining = unpack(call('HMGET', P .. 'worker:' .. id, 'slots', 'queues', 'draining'))
  if own and draining ~= '1' and (' ' .. served .. ' '):find(' ' .. queue .. ' ', 1, true) then
    slots = slots + own
    for other in served:gmatch('%S+') do others[other] = other ~= queue or nil end
  end
end
for other in pairs(others) do elsewhere = elsewhere + figures(other)[RUNNING] end

local account, lists = figures(queue), {}
for p = 0, 2 do
  local key = P .. 'q:' .. queue .. ':' .. p
  local length = call('LLEN', key)
  local list = { tonumber(account[OUT + 4 * p]), length }
  local looks = math.min(length, LOOK)
  for i = 0, looks - 1 do
    local index = length <= LOOK and i or math.floor((2 * i + 1) * length / (2 * LOOK))
    local job = glance(call('LINDEX', key, -1 - index))
    list[#list + 1] = job and job.s == 'queued' and job.t or ''
  end
  lists[p + 1] = list
end
return { now, slots, elsewhere, lists }
