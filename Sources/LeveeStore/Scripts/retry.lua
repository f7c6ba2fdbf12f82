-- Makes a new job of one that has failed, once.
-- KEYS[1] -> prefix
-- ARGV[1] -> id of the failed job  ARGV[2] -> id for the new one
-- Returns {'retried', id of the new job, its trace or ''}, {'again', id of the one that was made of it before}, {'missing'},
-- {'payload'} if that is gone, or {'state', the state it is in} if it has not failed.
local old, new = ARGV[1], ARGV[2]
local s, t, q, p, m, k, l, b, ag, rt, re, c, td, te, fu, hd, bf, tp = unpack(call('HMGET', P .. 'j:' .. old,
  's', 't', 'q', 'p', 'm', 'k', 'l', 'b', 'ag', 'rt', 're', 'c', 'td', 'te', 'fu', 'hd', 'bf', 'tp'))
if not s then return { 'missing' } end
if re then return { 'again', re } end
if s ~= 'failed' then return { 'state', s } end
if not b and not bf and call('COPY', P .. 'p:' .. old, P .. 'p:' .. new) == 0 then return { 'payload' } end
local job = { id = new, type = t, queue = q, priority = p, delay = 0, age = ag or DAY, retention = rt or '', attempts = m,
  media = k, length = l, life = td and td - c or '', tenant = te or STANDARD, follow_ups = fu or '',
  paused = call('HGET', P .. 'stats:' .. q, 'paused') }
if b or bf then
  take_in(job, 'o', old, b and 'b' or 'bf', b or bf)
else
  call('PEXPIREAT', P .. 'p:' .. new, take_in(job, 'o', old)[4])
end
if hd then call('HSET', P .. 'j:' .. new, 'hd', hd) end
if tp then call('HSET', P .. 'j:' .. new, 'tp', tp) end
call('HSET', P .. 'j:' .. old, 're', new)
call('ZREM', P .. 'dead:' .. q, old)
close()
return { 'retried', new, tp or '' }
