-- How a job comes back from a worker that has not done it.

-- Puts a job that ran back to the front of its line; it need not wait out what it waited before. Its time to start then
-- is not in the order of the list, so it is kept as a deadline; and it has to live until that is over.
local function hand_back(job, cause, note)
  local by = math.max(tonumber(job.by), now + age_limit(job))
  local expiry = math.max(tonumber(job.xp), by + (job.rt or DAY))
  watch(job, by)
  job.by, job.xp, job.i = text(by), text(expiry), enqueue(job.id, job.q, job.p, job.z, true)
  change(job, after('running>queued'), cause, note)
  expire(job, job.xp)
end
