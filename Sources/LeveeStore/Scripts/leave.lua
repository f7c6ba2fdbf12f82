-- Takes leave of a worker that holds nothing any more.
-- KEYS[1] -> prefix
-- ARGV[1] -> the worker's id
call('DEL', P .. 'worker:' .. ARGV[1])
return call('ZREM', P .. 'workers', ARGV[1])
