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
-- ARGV[19] -> its follow-ups, as follow_up in ending.lua reads them, or ''
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

local account, priority, ahead = figures(queue), tonumber(ARGV[4]), 0
local ready = tonumber(account[SUSPECT])
for p = 0, 2 do
  local waiting = lying(account, p) - account[STALE + 4 * p]
  ready = ready + waiting
  if p <= priority then ahead = ahead + waiting end
end
if ARGV[12] ~= '' and ready >= tonumber(ARGV[12]) then return { 'full', 'count' } end
if ARGV[18] ~= '' and ahead >= tonumber(ARGV[18]) then return { 'full', 'wait' } end
local length = ARGV[11] == '2' and payload:match('^%d+') or text(#payload)
if ARGV[13] ~= '' and account[BYTES] + length > tonumber(ARGV[13]) then return { 'full', 'bytes' } end

-- What an argument says; nil for one that says nothing, or what is not stored since it goes without saying.
local function given(argument, default) return argument ~= '' and argument ~= default and argument or nil end

local job = { id = id, t = ARGV[2], q = queue, p = ARGV[4], m = ARGV[8], l = length, k = ARGV[9], fu = given(ARGV[19]),
  ag = given(ARGV[6], '86400000'), rt = given(ARGV[7]), te = given(ARGV[15], 'default'), ik = given(ARGV[16]) }
local fields = {}
local function add(field, value)
  if value == '' then return end
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
if ARGV[11] ~= '1' then
  fields[1], fields[2] = ARGV[11] == '2' and 'bf' or 'b', payload
end
add('hd', ARGV[20])
add('tp', ARGV[21])
local taken = take_in(job, ARGV[5], ARGV[14], unpack(fields))
if ARGV[11] == '1' then call('SET', P .. 'p:' .. id, payload, 'PXAT', taken[4]) end
if job.ik then call('SET', idem, id .. ' ' .. ARGV[17], 'PXAT', taken[4]) end
return { 'accepted', taken[1], taken[2], NOW, taken[3], taken[4] }
