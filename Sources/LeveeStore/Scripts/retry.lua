-- Makes a new job of one that has failed, once.
-- KEYS[1] -> prefix
-- ARGV[1] -> id of the failed job  ARGV[2] -> id for the new one
-- Returns {'retried', id of the new job, its trace or ''}, {'again', id of the one that was made of it before}, {'missing'},
-- {'payload'} if that is gone, {'state', the state it is in} if it has not failed, or {'damaged'} if it has to be repaired before.
local old, new = ARGV[1], ARGV[2]
local failed = read(old, 're', 'b', 'bf', 'hd', 'tp')
if not failed then return { 'missing' } end
if failed.re then return { 'again', failed.re } end
if failed.is_damaged then return { 'damaged' } end
if failed.s ~= 'failed' then return { 'state', failed.s } end
local is_apart = not failed.b and not failed.bf
if is_apart and call('COPY', P .. 'p:' .. old, P .. 'p:' .. new) == 0 then return { 'payload' } end
local job = { id = new, t = failed.t, q = failed.q, p = failed.p, m = failed.m, l = failed.l, k = failed.k, fu = failed.fu,
  ag = failed.ag, rt = failed.rt, te = failed.te }
local fields = { 'o', old }
for _, name in ipairs({ 'b', 'bf', 'hd', 'tp' }) do
  if failed[name] then
    fields[#fields + 1] = name
    fields[#fields + 1] = failed[name]
  end
end
local taken = take_in(job, 0, failed.td and failed.td - failed.c or '', unpack(fields))
if is_apart then call('PEXPIREAT', P .. 'p:' .. new, taken[4]) end
call('HSET', P .. 'j:' .. old, 're', new)
call('ZREM', P .. 'dead:' .. job.q, old)
return { 'retried', new, failed.tp or '' }
