-- Tells what jobs refer to outside Redis; writes nothing.
-- KEYS[1] -> prefix
-- ARGV -> ids
-- Returns for each {state, state if it is hidden, fence, reference to its payload, reference to its result}.
local claims = {}
for i, id in ipairs(ARGV) do
  local s, gs, f, bf, rf = unpack(call('HMGET', P .. 'j:' .. id, 's', 'gs', 'f', 'bf', 'rf'))
  local job = parse(id, s or gs or '', f)
  claims[i] = { s and job.s, gs and job.s, job.n, bf, rf }
end
return claims
