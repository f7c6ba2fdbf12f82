-- Takes back what a worker has in hand without having done it: jobs go to the front, the wake-up to another worker.
-- KEYS[1] -> prefix
-- ARGV[1] -> the queue of a wake-up, or ''  ARGV[2] -> its hint
-- ARGV[3...] -> two arguments for each job: id, fence
-- Returns how many jobs were taken back.
local taken = 0
for i = 3, #ARGV, 2 do
  local job = read(ARGV[i], 'x')
  if job and not job.is_damaged and job.s == 'running' and job.n == ARGV[i + 1] then
    if job.x then cancel(job, 'running>canceled', job.x == LATE) else hand_back(job, 'release') end
    count(job.q, RUNNING, -1)
    unleased[#unleased + 1] = job.id
    freed[job.q] = true
    taken = taken + 1
  end
end
if ARGV[1] ~= '' then bells[ARGV[1]] = ARGV[2] end
close()
return taken
