-- Removes an ended job with all that belongs to it.
-- KEYS[1] -> prefix
-- ARGV[1] -> id
-- Returns 'removed', 'pending' if it has not ended, 'missing' if there is none.
local id = ARGV[1]
local s, v, q = unpack(call('HMGET', P .. 'j:' .. id, 's', 'v', 'q'))
if not s then return 'missing' end
if s ~= 'succeeded' and s ~= 'failed' and s ~= 'canceled' then return 'pending' end
erase(id, v)
call('ZREM', P .. 'dead:' .. q, id)
close()
return 'removed'
