-- Opens a partition: checks its layout, or founds it, and makes its queues known.
-- KEYS[1] -> prefix
-- ARGV[1] -> the version of the layout that the caller knows
-- ARGV[2] -> a secret of random bytes, kept if there is none yet; '' to open only what has been founded
-- ARGV[3] -> a name for what is founded now, that nothing founded before has had
-- ARGV[4...] -> names of queues
-- Returns {'open' or 'founded', secret, epoch}, {'unknown', the version that is there}, or {'absent', what there is none of}.
local meta = P .. 'meta'
local layout, secret, epoch, queues = unpack(call('HMGET', meta, 'layout', 'secret', 'epoch', 'queues'))
if layout and layout ~= ARGV[1] then return { 'unknown', layout } end
local is_whole = layout and secret
if ARGV[2] == '' and not is_whole then return { 'absent', layout and 'secret' or 'layout version' } end
if ARGV[2] ~= '' and not (is_whole and epoch) then
  secret, epoch = secret or ARGV[2], ARGV[3]
  call('HSET', meta, 'layout', ARGV[1], 'secret', secret, 'epoch', epoch)
end
queues = queues or ''
local known = queues
for i = 4, #ARGV do
  if not (' ' .. known .. ' '):find(' ' .. ARGV[i] .. ' ', 1, true) then
    known = known == '' and ARGV[i] or known .. ' ' .. ARGV[i]
  end
end
if known ~= queues then call('HSET', meta, 'queues', known) end
return { is_whole and 'open' or 'founded', secret, epoch or '' }
