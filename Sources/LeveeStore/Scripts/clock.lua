-- The time by which Levee lives: milliseconds since 1970 by the server's clock. Tests put another clock in its place.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
