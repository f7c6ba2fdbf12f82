-- Stops or resumes the handing out of a queue's jobs.
-- KEYS[1] -> prefix
-- ARGV[1] -> the queue  ARGV[2] -> '1' to pause, '0' to resume
figures(ARGV[1])[PAUSED] = ARGV[2]
enter_figures()
if ARGV[2] == '1' then call('DEL', P .. 'wake:' .. ARGV[1]) else ring(ARGV[1], 'resume') end
return 1
