-- Takes back what a worker has in hand without having done it: jobs go to the front, the wake-up to another worker.
-- KEYS[1] -> prefix
-- ARGV[1] -> the queue of a wake-up, or ''  ARGV[2] -> its hint
-- ARGV[3...] -> two arguments for each job: id, fence
-- Returns how many jobs were taken back.
local taken = 0
for i = 3, #ARGV, 2 do
  local id = ARGV[i]
  local s, v, h, n, q, p, z, x, l, ag, rt, by = unpack(call('HMGET', P .. 'j:' .. id,
    's', 'v', 'h', 'n', 'q', 'p', 'z', 'x', 'l', 'ag', 'rt', 'by'))
  if s == 'running' and n == ARGV[i + 1] then
    local job = { v = v, h = h, q = q, p = p, z = z, l = l, ag = ag, rt = rt, by = by }
    if x then cancel(id, job, 'running>canceled') else hand_back(id, job, 'release') end
    count(q, 'running', -1)
    unleased[#unleased + 1] = id
    freed[q] = true
    taken = taken + 1
  end
end
if ARGV[1] ~= '' then bells[ARGV[1]] = ARGV[2] end
close()
return taken
