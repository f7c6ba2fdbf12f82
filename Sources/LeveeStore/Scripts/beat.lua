-- A worker's sign of life: prolongs its leases, takes in what it says of progress, tells what it must stop.
-- KEYS[1] -> prefix
-- ARGV[1] -> the worker's id  ARGV[2] -> host  ARGV[3] -> process id  ARGV[4] -> slots
-- ARGV[5] -> how long the leases last from now, in ms
-- ARGV[6] -> the queues it serves, separated by spaces  ARGV[7] -> '1' if it takes no more jobs
-- ARGV[8...] -> six arguments for each job: id, fence, '1' if there is news of progress, per cent, stage, message
-- Returns a list of id, fence, 'lost' | 'cancel', ...
local verdicts, leases, running = {}, {}, {}
local function tell(id, fence, verdict)
  for _, word in ipairs({ id, tonumber(fence), verdict }) do verdicts[#verdicts + 1] = word end
end

for i = 8, #ARGV, 6 do
  local id = ARGV[i]
  local job = read(id, 'x')
  if not job or job.is_damaged or job.s ~= 'running' or job.n ~= ARGV[i + 1] then
    tell(id, ARGV[i + 1], 'lost')
  else
    if job.x then tell(id, ARGV[i + 1], 'cancel') end
    leases[#leases + 1] = now + ARGV[5]
    leases[#leases + 1] = id
    running[#running + 1] = id
    local is_prolonged = outlive(job, ARGV[5])
    if ARGV[i + 2] == '1' then
      change(job, job.s, 'progress', ARGV[i + 3] .. '% ' .. ARGV[i + 4], 'pc', ARGV[i + 3], 'ps', ARGV[i + 4], 'pm', ARGV[i + 5])
    elseif is_prolonged then
      save(job)
    end
  end
end
in_chunks('ZADD', P .. 'leases', leases)
local worker = P .. 'worker:' .. ARGV[1]
local seen, since = unpack(call('HMGET', worker, 'beat', 'since'))
if not since or now - seen >= 3 * ARGV[5] then since = now end
call('HSET', worker, 'since', since, 'host', ARGV[2], 'pid', ARGV[3], 'slots', ARGV[4], 'queues', ARGV[6], 'draining', ARGV[7],
  'beat', now, 'running', table.concat(running, ' '))
call('PEXPIREAT', worker, now + 3 * ARGV[5])
call('ZADD', P .. 'workers', now + 3 * ARGV[5], ARGV[1])
-- Those that have fallen silent are forgotten as a whole, so that none comes back in part when the clock goes back.
local silent = call('ZRANGEBYSCORE', P .. 'workers', '-inf', now, 'LIMIT', 0, 100)
for _, id in ipairs(silent) do call('DEL', P .. 'worker:' .. id) end
if #silent > 0 then call('ZREM', P .. 'workers', unpack(silent)) end
close()
return verdicts
