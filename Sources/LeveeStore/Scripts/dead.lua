-- Lists dead letters, or deliveries that failed for good, the last ones first; writes nothing.
-- KEYS[1] -> prefix
-- ARGV[1] -> name of the index without the prefix  ARGV[2] -> id of the last one that was seen, or ''  ARGV[3] -> its score, or ''  ARGV[4] -> the most to list
-- Returns {how many there are, id, score, id, score, ...}.
local key = P .. ARGV[1]
local first = 0
if ARGV[2] ~= '' then
  local rank = call('ZREVRANK', key, ARGV[2])
  -- One that is gone meanwhile is looked for by its place in time.
  first = rank and rank + 1 or call('ZCOUNT', key, '(' .. ARGV[3], '+inf')
end
local listed = call('ZREVRANGE', key, first, first + ARGV[4] - 1, 'WITHSCORES')
table.insert(listed, 1, call('ZCARD', key))
return listed
