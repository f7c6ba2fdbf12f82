-- How a job is changed.
local LOG_LIMIT = 16384
local NEXT = { ['0'] = '1', ['1'] = '2', ['2'] = '3', ['3'] = '4' }

-- The number that follows one that is stored; most are small, and are looked up for a tenth of what a sum costs.
local function following(n) return NEXT[n] or text(n + 1) end

-- A log that has grown too long keeps its first line and its newer half.
local function shorten(log)
  if #log <= LOG_LIMIT then return log end
  return log:match('^[^\n]*') .. log:sub(log:find('\n', #log - LOG_LIMIT / 2, true) or #log + 1)
end

-- Stores how a job stands after something that nobody sees.
local function save(job) call('HSET', P .. 'j:' .. job.id, 's', standing(job, job.s, job.v, job.u)) end

-- Stores the next version of a job: how it stands, its log with another line, and further fields.
local function put(key, id, v, state, standing, log, cause, ...)
  news[#news + 1] = id .. ' ' .. v .. ' ' .. state
  log = shorten(log) .. '\n' .. v .. ' ' .. state .. ' ' .. NOW .. ' ' .. cause
  call('HSET', key, 's', standing, 'h', log, ...)
end

-- The log's first line is stored with the first change: until then state and time say the same.
local function first_line(s, u) return '1 ' .. s .. ' ' .. u .. ' submit' end

-- Stores a visible change with further fields.
local function change(job, state, cause, note, ...)
  local v = following(job.v)
  if note and note ~= '' then cause = cause .. ' ' .. note end
  put(P .. 'j:' .. job.id, job.id, v, state, standing(job, state, v, NOW), job.h or first_line(job.s, job.u), cause, ...)
end

local function expire(job, at)
  call('PEXPIREAT', P .. 'j:' .. job.id, at)
  call('PEXPIREAT', P .. 'p:' .. job.id, at)
  call('PEXPIREAT', P .. 'r:' .. job.id, at)
  if job.ik then call('PEXPIREAT', P .. 'idem:' .. job.ik, at) end
end

local function is_late(job) return job.td and tonumber(job.td) <= now end

-- Sees to it that a job which runs is not gone before its lease; answers whether its expiry had to change.
local function outlive(job, lease)
  local rest = job.rt or DAY
  if job.xp - now >= rest + lease then return false end
  job.xp = text(now + rest + DAY)
  expire(job, job.xp)
  return true
end
