-- How a job is read.
local STANDING = '^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+)$'
local FACTS = '^(%S+) (%w%S*) ([012]) (%d+) (%d+) (%d+)([^\n]*)\n([^\n]*)\n?(.*)$'

-- Gives a damaged job what is left of it: false for what cannot be read.
local function salvage(job, standing, facts)
  local forms = { s = '^%w', t = '.', q = '^%w', w = '^%w' }
  local function take(names, line)
    local words = {}
    for word in (line .. ' '):gmatch('([^ ]*) ') do words[#words + 1] = word end
    for i, name in ipairs(names) do
      job[name] = words[i] and words[i]:find(forms[name] or '^%d+$') and words[i] or false
    end
  end
  take({ 's', 'v', 'u', 'n', 'g', 'at', 'w', 'a', 'z', 'i', 'by', 'xp' }, standing)
  take({ 't', 'q', 'p', 'c', 'm', 'l' }, facts:match('^[^\n]*'))
  job.is_damaged = true
  return facts:match('^%S* %S* %S* %S* %S* %S*([^\n]*)\n([^\n]*)\n?(.*)$')
end

-- Reads a job out of its fields. What only some jobs have is nil where it has it not; a number that never was anything is '0'.
-- One that is damaged is neither run nor changed until it is repaired: what is done with many must not stop at one.
local function parse(id, standing, facts, log)
  facts = facts or ''
  local s, v, u, n, g, at, w, a, z, i, by, xp = standing:match(STANDING)
  local t, q, p, c, m, l, options, k, fu = facts:match(FACTS)
  local job = { id = id, s = s, v = v, u = u, n = n, g = g, at = at, w = w, a = a, z = z, i = i, by = by, xp = xp,
    t = t, q = q, p = p, c = c, m = m, l = l, h = log }
  if not (s and t) then options, k, fu = salvage(job, standing, facts) end
  job.k = k
  if job.w == '-' then
    job.w = nil
    job.is_damaged = job.is_damaged or s == 'running'
  end
  if fu and fu ~= '' then job.fu = fu end
  for name, value in (options or ''):gmatch('(%l+)=(%S+)') do
    job[name] = value
    if name ~= 'te' and name ~= 'ik' and not value:find('^%d+$') then job.is_damaged = true end
  end
  return job
end

-- Reads a job with its log and the further fields that are named; nil if it is gone. A field that is not stored is false.
local function read(id, ...)
  local values = call('HMGET', P .. 'j:' .. id, 's', 'f', 'h', ...)
  if not values[1] then return nil end
  local job = parse(id, values[1], values[2], values[3])
  for i, name in ipairs({ ... }) do job[name] = values[3 + i] end
  return job
end
