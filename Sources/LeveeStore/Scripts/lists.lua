-- Tells which lists there are; writes nothing.
-- KEYS[1] -> prefix
-- Returns name, messages, those that nobody reads, ...
local found = {}
for _, name in ipairs(call('ZRANGE', P .. 'lists', 0, 999)) do
  local list = P .. 'list:' .. name
  found[#found + 1] = name
  found[#found + 1] = call('ZCARD', list)
  found[#found + 1] = call('ZCOUNT', list, '-inf', now)
end
return found
