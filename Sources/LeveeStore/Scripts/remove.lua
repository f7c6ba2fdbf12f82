-- Removes an ended job with all that belongs to it.
-- KEYS[1] -> prefix
-- ARGV[1] -> id  ARGV[2] -> the tenant who asks, or '' for one who may remove any job
-- ARGV[3] -> the versions of which it has to be one, as ',3,4,'; '' for any
-- Returns {'removed', its trace or ''}, {'pending'} if it has not ended, {'foreign'} if it is another tenant's, {'stale'} if it
-- is in none of the versions, {'missing'} if there is none.
local id = ARGV[1]
local job = read(id, 'tp')
if not job then return { 'missing' } end
if is_foreign(job.te, ARGV[2]) then return { 'foreign' } end
if is_stale(job.v, ARGV[3]) then return { 'stale' } end
if job.s ~= 'succeeded' and job.s ~= 'failed' and job.s ~= 'canceled' then return { 'pending' } end
erase(job)
if job.q then call('ZREM', P .. 'dead:' .. job.q, id) end
close()
return { 'removed', job.tp or '' }
