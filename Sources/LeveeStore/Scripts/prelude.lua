-- What every script has: the prefix, the time, and how numbers are read and written.
-- KEYS[1] -> what all keys begin with, `levee:{tag}:`; the keys of one call lie in one slot.
local P = KEYS[1]
local call = redis.call
local now = clock()
-- A whole number as it is stored: to write it so costs half of what Redis takes to do it.
local function text(whole) return string.format('%d', whole) end
local NOW = text(now)

local DAY = 86400000
local DELIVERY_LIFE = 14 * DAY

local function number(stored) return tonumber(stored or 0) end

-- Leaves a wake-up for an idle worker, unless one lies there.
local function ring(queue, hint)
  local wake = P .. 'wake:' .. queue
  if call('LLEN', wake) == 0 then call('LPUSH', wake, hint) end
end
