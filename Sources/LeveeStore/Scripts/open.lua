-- Opens a partition: checks its layout, or founds it, and makes its queues known.
-- KEYS[1] -> prefix
-- ARGV[1] -> the version of the layout that the caller knows
-- ARGV[2] -> a secret of random bytes, kept if there is none yet; '' to open only what has been founded
-- ARGV[3...] -> names of queues
-- Returns {'open', secret}, {'unknown', the version that is there}, or {'absent', what there is none of}.
local meta = P .. 'meta'
local layout, secret, queues = unpack(call('HMGET', meta, 'layout', 'secret', 'queues'))
if ARGV[2] == '' and not (layout and secret) then return { 'absent', layout and 'secret' or 'layout version' } end
if not layout then
  layout, secret, queues = ARGV[1], ARGV[2], ''
  call('HSET', meta, 'layout', layout, 'secret', secret)
elseif layout ~= ARGV[1] then
  return { 'unknown', layout }
end
queues = queues or ''
local known = queues
for i = 3, #ARGV do
  if not (' ' .. known .. ' '):find(' ' .. ARGV[i] .. ' ', 1, true) then
    known = known == '' and ARGV[i] or known .. ' ' .. ARGV[i]
  end
end
if known ~= queues then call('HSET', meta, 'queues', known) end
return { 'open', secret }
