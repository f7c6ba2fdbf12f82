-- Removes a message that was dealt with from its list.
-- KEYS[1] -> prefix
-- ARGV[1] -> list  ARGV[2] -> id
-- Returns 1, or 0 if it was not there.
if call('ZREM', P .. 'list:' .. ARGV[1], ARGV[2]) == 0 then return 0 end
call('UNLINK', P .. 'm:' .. ARGV[2])
return 1
