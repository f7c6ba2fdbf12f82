-- Ends attempts that succeeded, and claims in the same call.
-- KEYS[1] -> prefix
-- ARGV[1...] -> as in leasing.lua, then eight arguments for each attempt:
--   id, fence, HTTP status, media type, result or a reference to it, where that goes as in submit.lua, how long it
--   took in ms, header fields or ''
-- Returns {verdicts, leased jobs, calls}; a verdict is 'settled', 'repeated' or 'stale'.
local verdicts = {}
for i = QUEUES_END + 1, #ARGV, 8 do
  local id, fence, result, place = ARGV[i], ARGV[i + 1], ARGV[i + 4], ARGV[i + 5]
  local s, v, h, n, q, l, rt, ik, t, g, fu = unpack(call('HMGET', P .. 'j:' .. id,
    's', 'v', 'h', 'n', 'q', 'l', 'rt', 'ik', 't', 'g', 'fu'))
  if n ~= fence or (s ~= 'running' and s ~= 'succeeded') then
    verdicts[#verdicts + 1] = 'stale'
  elseif s == 'succeeded' then
    verdicts[#verdicts + 1] = 'repeated'
  else
    local length = place == '2' and result:match('^%d+') or #result
    if place == '1' then call('SET', P .. 'r:' .. id, result, 'PXAT', call('HGET', P .. 'j:' .. id, 'xp')) end
    conclude({ id = id, v = v, h = h, q = q, l = l, rt = rt, ik = ik, fu = fu }, 'running>succeeded', 'finish', nil,
      'rs', ARGV[i + 2], 'rk', ARGV[i + 3], 'rl', text(length),
      place == '1' and 'ro' or place == '2' and 'rf' or 'r', place == '1' and '1' or result,
      unpack(ARGV[i + 7] ~= '' and { 'rh', ARGV[i + 7] } or {}))
    count(q, 'running', -1)
    clocked(q, 'service', tonumber(ARGV[i + 6]))
    held(q, t, g)
    unleased[#unleased + 1] = id
    freed[q] = true
    verdicts[#verdicts + 1] = 'settled'
  end
end
local leased = claim()
close()
return { verdicts, leased, calls }
