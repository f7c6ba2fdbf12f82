-- Ends a job that waits, asks for the end of one that runs.
-- KEYS[1] -> prefix
-- ARGV[1] -> id  ARGV[2] -> the tenant who asks, or '' for one who may call off any job
-- ARGV[3] -> the versions of which it has to be one, as ',3,4,'; '' for any
-- Returns 'canceled', 'asked' or 'ended', 'foreign' if it is another tenant's, 'stale' if it is in none of the versions,
-- 'damaged' if it cannot be changed until it is repaired, or nil if there is no such job.
local job = read(ARGV[1], 'x')
if not job then return false end
if is_foreign(job.te, ARGV[2]) then return 'foreign' end
if is_stale(job.v, ARGV[3]) then return 'stale' end
if job.is_damaged then return 'damaged' end
if job.s == 'running' then
  if not job.x then change(job, job.s, 'ask', nil, 'x', 1) end
  close()
  return 'asked'
end
if job.s ~= 'queued' and job.s ~= 'scheduled' then return 'ended' end
cancel(job, job.s .. '>canceled')
if job.s == 'scheduled' then
  call('ZREM', P .. 'scheduled', job.id)
  count(job.q, SCHEDULED, -1)
elseif number(job.z) < SUSPECT_AFTER then
  count(job.q, STALE + 4 * job.p, 1) -- its id stays in the list until it is popped or swept
  sweep(job.q, job.p)
end
close()
return 'canceled'
