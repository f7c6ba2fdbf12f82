-- Stops or resumes the handing out of a queue's jobs.
-- KEYS[1] -> prefix
-- ARGV[1] -> the queue  ARGV[2] -> '1' to pause, '0' to resume
if ARGV[2] == '1' then
  call('HSET', P .. 'stats:' .. ARGV[1], 'paused', 1)
  call('DEL', P .. 'wake:' .. ARGV[1])
else
  call('HDEL', P .. 'stats:' .. ARGV[1], 'paused')
  ring(ARGV[1], 'resume')
end
return 1
