-- Leases ready jobs to a worker.
-- KEYS[1] -> prefix
-- ARGV -> as in leasing.lua
-- Returns {leased jobs, calls} as leasing.lua describes them.
local leased = claim()
enter_durations()
close()
return { leased, calls }
