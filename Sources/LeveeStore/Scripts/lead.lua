-- Lets one autoscaler at a time lead, and keeps what it says and what it is told.
-- KEYS[1] -> prefix
-- ARGV[1] -> 'lead', 'announce', 'resign' or 'hold'
--   'lead'      ARGV[2] -> name  ARGV[3] -> how long the lead lasts, in ms. Returns the name of the one that leads.
--   'announce'  ARGV[2] -> name  ARGV[3] -> workers there should be  ARGV[4] -> why. Returns 1, or 0 if it does not lead.
--   'resign'    ARGV[2] -> name. Returns 1, or 0 if it does not lead.
--   'hold'      ARGV[2] -> the number of workers set by hand, '' for none. Returns 1.
local key = P .. 'autoscaler'
if ARGV[1] == 'hold' then
  if ARGV[2] == '' then call('HDEL', key, 'manual') else call('HSET', key, 'manual', ARGV[2]) end
  return 1
end
local leader, until_ = unpack(call('HMGET', key, 'leader', 'until'))
-- A lead that would last for longer than any is given for is one from before the clock was set back.
local LONGEST = 600000
local holds = leader and tonumber(until_) > now and until_ - now <= LONGEST
local leads = holds and leader == ARGV[2]
if ARGV[1] == 'lead' then
  if holds and not leads then return leader end
  call('HSET', key, 'leader', ARGV[2], 'until', now + math.min(ARGV[3], LONGEST))
  return ARGV[2]
end
if not leads then return 0 end
if ARGV[1] == 'announce' then
  call('HSET', key, 'desired', ARGV[3], 'reason', ARGV[4], 'at', now)
else
  call('HDEL', key, 'leader', 'until', 'desired', 'reason', 'at')
end
return 1
