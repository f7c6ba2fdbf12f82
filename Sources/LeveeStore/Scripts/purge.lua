-- Removes dead letters with all that belongs to them, a bounded number at a time.
-- KEYS[1] -> prefix
-- ARGV[1] -> queue
-- Returns how many were removed; 0 when there are none.
local LIMIT = 100
local key = P .. 'dead:' .. ARGV[1]
local ids = call('ZRANGE', key, 0, LIMIT - 1)
if #ids == 0 then return 0 end
for _, id in ipairs(ids) do
  local job = read(id)
  if job then erase(job) end
end
call('ZREM', key, unpack(ids))
close()
return #ids
