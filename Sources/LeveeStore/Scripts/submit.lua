-- Takes a job in. One of the two scripts that Redis may refuse when it is out of memory; retry is the other.
-- KEYS[1] -> prefix
-- ARGV[1] -> id        ARGV[2] -> type       ARGV[3] -> queue      ARGV[4] -> priority, 0 to 2
-- ARGV[5] -> delay, ms ARGV[6] -> age limit, ms                    ARGV[7] -> retention, ms, or '' for the default
-- ARGV[8] -> max attempts                    ARGV[9] -> media type of the payload
-- ARGV[10] -> payload, or a reference to it: how many bytes it has, and their digest
-- ARGV[11] -> where that goes: '0' into the hash, '1' into a key of its own, '2' into the hash as a reference
-- ARGV[12] -> the most ready jobs, or ''     ARGV[13] -> the most bytes, or ''
-- ARGV[14] -> how long until it must have ended, ms, or '' for no deadline
-- ARGV[15] -> the tenant                     ARGV[16] -> name of the idempotency key, or ''
-- ARGV[17] -> fingerprint of the submit, if it has a key
-- ARGV[18] -> the most ready jobs of its own and higher priorities, or ''
-- ARGV[19] -> its follow-ups, as follow_up in prelude.lua reads them, or ''
-- ARGV[20] -> what its handler is to know of the request, or ''
-- ARGV[21] -> the trace that it belongs to, or ''    ARGV[22] -> the epoch that the caller has opened
-- Returns {'accepted', state, ticket, now, due, expiry}, {'duplicate'} if the job is there, {'full', 'count' | 'bytes' | 'wait'};
-- where the key was used before {'replayed', id}, {'gone'} if nothing is left of that job, {'conflict'} for another
-- fingerprint; {'reopen'} if Redis was emptied since: its jobs may have other ids now.
local id, queue, payload = ARGV[1], ARGV[3], ARGV[10]
if call('HGET', P .. 'meta', 'epoch') ~= ARGV[22] then return { 'reopen' } end
if call('EXISTS', P .. 'j:' .. id) == 1 then return { 'duplicate' } end

local idem = P .. 'idem:' .. ARGV[16]
if ARGV[16] ~= '' then
  local made, fingerprint = (call('GET', idem) or ''):match('^(%S+) (%S+)$')
  if made and fingerprint ~= ARGV[17] then return { 'conflict' } end
  if made then return call('EXISTS', P .. 'j:' .. made) == 1 and { 'replayed', made } or { 'gone' } end
end

local f = call('HMGET', P .. 'stats:' .. queue, 'bytes', 'suspect', 'in:0', 'in:1', 'in:2',
  'out:0', 'out:1', 'out:2', 'stale:0', 'stale:1', 'stale:2', 'paused')
local ready, ahead = tonumber(f[2] or 0), 0
for p = 0, 2 do
  local lying = (f[3 + p] or 0) - (f[6 + p] or 0) - (f[9 + p] or 0)
  ready = ready + lying
  if p <= tonumber(ARGV[4]) then ahead = ahead + lying end
end
if ARGV[12] ~= '' and ready >= tonumber(ARGV[12]) then return { 'full', 'count' } end
if ARGV[18] ~= '' and ahead >= tonumber(ARGV[18]) then return { 'full', 'wait' } end
local length = ARGV[11] == '2' and tonumber(payload:match('^%d+')) or #payload
if ARGV[13] ~= '' and (f[1] or 0) + length > tonumber(ARGV[13]) then return { 'full', 'bytes' } end

local job = { id = id, type = ARGV[2], queue = queue, priority = ARGV[4], delay = ARGV[5], age = ARGV[6], retention = ARGV[7],
  attempts = ARGV[8], media = ARGV[9], length = length, paused = f[12],
  life = ARGV[14], tenant = ARGV[15], follow_ups = ARGV[19] }
local fields = {}
if ARGV[16] ~= '' then fields = { 'ik', ARGV[16] } end
if ARGV[11] ~= '1' then
  fields[#fields + 1] = ARGV[11] == '2' and 'bf' or 'b'
  fields[#fields + 1] = payload
end
if ARGV[20] ~= '' then
  fields[#fields + 1] = 'hd'
  fields[#fields + 1] = ARGV[20]
end
if ARGV[21] ~= '' then
  fields[#fields + 1] = 'tp'
  fields[#fields + 1] = ARGV[21]
end
local taken = take_in(job, unpack(fields))
if ARGV[11] == '1' then call('SET', P .. 'p:' .. id, payload, 'PXAT', taken[4]) end
if ARGV[16] ~= '' then call('SET', idem, id .. ' ' .. ARGV[17], 'PXAT', taken[4]) end
close()
return { 'accepted', taken[1], taken[2], now, taken[3], taken[4] }
