-- Takes a job in. The one script that Redis may refuse when it is out of memory.
-- KEYS[1] -> prefix
-- ARGV[1] -> id        ARGV[2] -> type       ARGV[3] -> queue      ARGV[4] -> priority, 0 to 2
-- ARGV[5] -> delay, ms ARGV[6] -> age limit, ms                    ARGV[7] -> retention, ms, or '' for the default
-- ARGV[8] -> max attempts                    ARGV[9] -> media type of the payload
-- ARGV[10] -> payload  ARGV[11] -> '1' if the payload gets a key of its own
-- ARGV[12] -> the most ready jobs, or ''     ARGV[13] -> the most bytes, or ''
-- Returns {'accepted', state, ticket, now, due, expiry}, {'duplicate'} if the job is there, {'full', 'count' | 'bytes'}.
local id, queue, priority, payload = ARGV[1], ARGV[3], ARGV[4], ARGV[10]
local key, stats = P .. 'j:' .. id, P .. 'stats:' .. queue
if call('EXISTS', key) == 1 then return { 'duplicate' } end

local f = call('HMGET', stats, 'paused', 'bytes', 'suspect', 'in:0', 'in:1', 'in:2',
  'out:0', 'out:1', 'out:2', 'stale:0', 'stale:1', 'stale:2')
if ARGV[12] ~= '' then
  local ready = tonumber(f[3] or 0)
  for p = 0, 2 do ready = ready + (f[4 + p] or 0) - (f[7 + p] or 0) - (f[10 + p] or 0) end
  if ready >= tonumber(ARGV[12]) then return { 'full', 'count' } end
end
if ARGV[13] ~= '' and (f[2] or 0) + #payload > tonumber(ARGV[13]) then return { 'full', 'bytes' } end

local due = now + ARGV[5]
local by = due + ARGV[6]
local expiry = by + (ARGV[7] == '' and DAY or ARGV[7])
local waits = tonumber(ARGV[5]) > 0
local state, ticket = WAYS[waits and 'new>scheduled' or 'new>queued'], 0
if waits then
  call('ZADD', P .. 'scheduled', due, id)
  count(queue, 'scheduled', 1)
else
  ticket = enqueue(id, queue, priority, 0)
  if f[1] then bells[queue] = nil end
end
local fields = { 's', state, 'v', 1, 'u', now, 'c', now, 't', ARGV[2], 'q', queue, 'p', priority, 'i', ticket,
  'm', ARGV[8], 'by', by, 'xp', expiry, 'k', ARGV[9], 'l', #payload }
local function add(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
if waits then add('d', due) end
if tonumber(ARGV[6]) ~= DAY then
  add('ag', ARGV[6])
  call('ZADD', P .. 'deadlines', by, id)
end
if ARGV[7] ~= '' then add('rt', ARGV[7]) end
if ARGV[11] == '1' then
  call('SET', P .. 'p:' .. id, payload, 'PXAT', expiry)
else
  add('b', payload)
end
call('HSET', key, unpack(fields))
call('PEXPIREAT', key, expiry)
count(queue, 'bytes', #payload)
count(queue, 'submitted', 1)
close()
return { 'accepted', state, ticket, now, due, expiry }
