-- Makes a delivery that failed for good due again, as if it had never been tried.
-- KEYS[1] -> prefix
-- ARGV[1] -> id
-- Returns 1, or 0 if there is no such one.
local id = ARGV[1]
if not call('ZSCORE', P .. 'undelivered', id) or call('EXISTS', P .. 'o:' .. id) == 0 then return 0 end
call('ZREM', P .. 'undelivered', id)
call('HSET', P .. 'o:' .. id, 'a', 0)
call('ZADD', P .. 'outbox', now, id)
prolong(id)
return 1
