-- Tells where a job stands beside what its record says; writes nothing.
-- KEYS[1] -> prefix
-- ARGV[1] -> id
-- Returns {now, version, must have started by, worker of the last claim or '', lease until or '', jobs before it in its list
-- or '' if it is in none or farther back than LOOK, its deadline or ''}; nil if there is no such job.
local LOOK = 10000
local job = read(ARGV[1])
if not job then return false end
local ahead = ''
if job.s == 'queued' then
  local list = P .. 'q:' .. job.q .. ':' .. job.p
  if number(job.z) >= SUSPECT_AFTER then list = P .. 'suspect:' .. job.q end
  local index = call('LPOS', list, job.id, 'RANK', -1, 'MAXLEN', LOOK)
  if index then ahead = call('LLEN', list) - 1 - index end
end
return { now, job.v, job.by, job.w or '', call('ZSCORE', P .. 'leases', job.id) or '', ahead, job.td or '' }
