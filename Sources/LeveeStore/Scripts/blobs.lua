-- Tells what jobs refer to outside Redis; writes nothing.
-- KEYS[1] -> prefix
-- ARGV -> ids
-- Returns for each {state, state if it is hidden, fence, reference to its payload, reference to its result}.
local claims = {}
for i, id in ipairs(ARGV) do claims[i] = call('HMGET', P .. 'j:' .. id, 's', 'gs', 'n', 'bf', 'rf') end
return claims
