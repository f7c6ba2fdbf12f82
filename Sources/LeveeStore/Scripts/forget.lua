-- Forgets deliveries that failed for good, a bounded number at a time.
-- KEYS[1] -> prefix
-- Returns how many were forgotten; 0 when there are none.
local ids = call('ZRANGE', P .. 'undelivered', 0, 99)
for _, id in ipairs(ids) do close_delivery(id) end
return #ids
