-- What has to hold of each thing in a partition: shared by examine and repair. Each look answers a list of problems, every
-- one {code, detail}; docs/redis-layout.md has the rules, FindingCode the words.

-- What every job has, and what its state asks for.
local FIELDS = { 'v', 'u', 'n', 'g', 'at', 'a', 'z', 'i', 'by', 'xp', 't', 'q', 'p', 'c', 'm', 'l', 'k' }
local FIELDS_OF = {
  scheduled = { 'd' }, queued = {}, running = { 'w' }, succeeded = { 'rs' }, failed = { 'ec', 'em' }, canceled = { 'ec', 'em' },
}
local WORDS = { t = true, q = true, k = true, w = true, rs = true, ec = true, em = true }
local HAS_ENDED = { succeeded = true, failed = true, canceled = true }
local LONGEST_LEASE = DAY

-- The list a job that is queued lies in.
local function line(queue, priority, stalls)
  if (tonumber(stalls or 0) or 0) >= SUSPECT_AFTER then return P .. 'suspect:' .. queue end
  return P .. 'q:' .. queue .. ':' .. priority
end

-- All lists of a queue.
local function lines(queue)
  local lists = { P .. 'suspect:' .. queue }
  for p = 0, 2 do lists[#lists + 1] = P .. 'q:' .. queue .. ':' .. p end
  return lists
end

-- What a log says last and before that: {version, state, time, cause}. Lines that nobody can read are passed over.
local function last_lines(log)
  local last, before
  for v, s, at, cause in (log or ''):gmatch('(%d+) (%l+) (%d+) (%l+)[^\n]*') do
    before = last
    last = { v = v, s = s, at = at, cause = cause }
  end
  return last, before
end

-- Whether a job that waits has its time to start kept as a deadline, since its place in the line does not tell.
local function needs_deadline(job, last, before)
  if job.ag or job.td then return true end
  local function is(entry, ...)
    for _, cause in ipairs({ ... }) do
      if entry and entry.cause == cause then return true end
    end
    return false
  end
  return is(last, 'lost', 'release', 'throttle') or is(last, 'promote') and is(before, 'throttle')
end

-- The payload or result of a job in a key of its own.
local function look_apart(found, kind, key, is_wanted, is_needed, expiry)
  local at = call('PEXPIRETIME', key)
  if at == -2 then
    if is_wanted and is_needed then found(kind .. '-lost') end
  elseif is_wanted then
    if at ~= expiry then found(kind .. '-expiry') end
  elseif at == -1 or call('PTTL', key) > DAY then
    found(kind .. '-orphan')
  end
end

-- What still names a job of which nothing is left.
local function look_for_leavings(found, id, queue)
  if call('ZSCORE', P .. 'leases', id) then found('lease-of-nothing') end
  if call('ZSCORE', P .. 'scheduled', id) then found('schedule-of-nothing') end
  if call('ZSCORE', P .. 'deadlines', id) then found('deadline-of-nothing') end
  local dead = queue ~= '' and call('ZSCORE', P .. 'dead:' .. queue, id)
  if dead and tonumber(dead) > now then found('dead-of-nothing', queue) end
  look_apart(found, 'payload', P .. 'p:' .. id, false)
  look_apart(found, 'result', P .. 'r:' .. id, false)
end

-- Which fields a job lacks or holds in a form that nobody can use, separated by spaces; '' if none.
local function missing_fields(job)
  local missing = {}
  for _, fields in ipairs({ FIELDS, FIELDS_OF[job.s] }) do
    for _, field in ipairs(fields) do
      if not job[field] or not WORDS[field] and not tonumber(job[field]) then missing[#missing + 1] = field end
    end
  end
  if job.rs and not job.rs:find('^%d+ %d+ [^\n]*\n') then missing[#missing + 1] = 'rs' end
  for _, field in ipairs({ 'ag', 'rt', 'td' }) do
    if job[field] and not tonumber(job[field]) then missing[#missing + 1] = field end
  end
  if job.v and tonumber(job.v) < 1 then missing[#missing + 1] = 'v' end
  if job.p and not job.p:find('^[012]$') then missing[#missing + 1] = 'p' end
  -- All words are there, and yet it cannot be read: there are more than there should be.
  if #missing == 0 and job.is_damaged then missing[1] = 'words' end
  return table.concat(missing, ' ')
end

-- Looks at one job and at all that names it. `queue` is a dead letter queue that names it, or ''; with `deep` the lists are
-- searched for it. Answers the problems and the job; no job if nothing is left of it.
local function look_at_job(id, queue, deep)
  local problems, key = {}, P .. 'j:' .. id
  local function found(code, detail) problems[#problems + 1] = { code, detail or '' } end
  local kind = call('TYPE', key).ok
  if kind ~= 'hash' and kind ~= 'none' then
    found('wrong-type', kind)
    return problems, nil
  end
  local job = read(id, 'x', 'd', 'rs', 'ro', 'ec', 'em', 'bf', 'rf')
  if not job then
    if call('HEXISTS', key, 'gs') == 1 and deliveries(id) > 0 then return problems, nil end -- hidden
    if kind == 'hash' and (call('PTTL', key) == -1 or call('PTTL', key) > DAY) then found('broken', 's') end
    look_for_leavings(found, id, queue)
    return problems, nil
  end
  local lacks = FIELDS_OF[job.s] and missing_fields(job) or 's'
  if lacks ~= '' then
    found('broken', lacks)
    return problems, job
  end

  local expiry = tonumber(job.xp)
  local last, before = last_lines(job.h)
  local at = call('PEXPIRETIME', key)
  if at == -1 then found('no-expiry') elseif at ~= expiry then found('wrong-expiry') end
  if job.h and not (last and last.v == job.v and last.s == job.s) or not job.h and tonumber(job.v) ~= 1 then found('log') end
  local waits = job.s == 'scheduled' or job.s == 'queued'
  local is_dead = job.s == 'failed' and last and (last.cause == 'fail' or last.cause == 'poison')
  look_apart(found, 'payload', P .. 'p:' .. id, not job.bf and call('HEXISTS', key, 'b') == 0, not HAS_ENDED[job.s] or is_dead, expiry)
  look_apart(found, 'result', P .. 'r:' .. id, job.ro and job.s == 'succeeded', true, expiry)
  if job.s == 'succeeded' and not job.ro and not job.rf and call('HEXISTS', key, 'r') == 0 then found('result-lost') end

  if job.ik then
    local idem = P .. 'idem:' .. job.ik
    if (call('GET', idem) or ''):match('^%S+') ~= id then
      found('idem-lost')
    elseif call('PEXPIRETIME', idem) ~= expiry then
      found('idem-expiry')
    end
  end

  local lease, due, by = call('ZSCORE', P .. 'leases', id), call('ZSCORE', P .. 'scheduled', id),
    call('ZSCORE', P .. 'deadlines', id)
  if job.s ~= 'running' then
    if lease then found('lease-not-running') end
  elseif not lease then
    found('no-lease')
  elseif tonumber(lease) > now + LONGEST_LEASE then
    found('lease-too-long')
  end
  if job.s ~= 'scheduled' then
    if due then found('schedule-not-scheduled') end
  elseif tonumber(due) ~= tonumber(job.d) then
    found(due and 'wrong-due' or 'no-schedule')
  end
  if HAS_ENDED[job.s] then
    if by then found('deadline-of-ended') end
  elseif waits and not by then
    if needs_deadline(job, last, before) then found('no-deadline') end
  elseif waits and tonumber(by) > math.min(tonumber(job.by), tonumber(job.td or job.by)) then
    found('late-deadline')
  elseif job.s == 'running' and job.td and not job.x then
    if not by then found('no-deadline') elseif tonumber(by) > tonumber(job.td) then found('late-deadline') end
  end

  local dead = call('ZSCORE', P .. 'dead:' .. job.q, id)
  if is_dead and expiry > now and tonumber(dead) ~= expiry and call('HEXISTS', key, 're') == 0 then found('no-dead-letter') end
  if dead and job.s ~= 'failed' then found('dead-not-failed', job.q) end
  if queue ~= '' and queue ~= job.q and call('ZSCORE', P .. 'dead:' .. queue, id) then found('dead-not-failed', queue) end

  if deep and job.s == 'queued' then
    local own, all = 0, 0
    for _, list in ipairs(lines(job.q)) do
      local times = #call('LPOS', list, id, 'COUNT', 0)
      all = all + times
      if list == line(job.q, job.p, job.z) then own = times end
    end
    if own == 0 then found('not-in-line') elseif all > 1 then found('twice-in-line') end
  end
  return problems, job
end

-- Looks at one queue; its jobs are counted if that takes no more than `limit` looks. Answers the problems, and whether it
-- has too many to be counted.
local function look_at_queue(queue, limit)
  local problems = {}
  local function found(code, detail) problems[#problems + 1] = { code, detail or '' } end
  local names = ' ' .. (call('HGET', P .. 'meta', 'queues') or '') .. ' '
  if not names:find(' ' .. queue .. ' ', 1, true) then found('unlisted-queue') end
  if call('LLEN', P .. 'wake:' .. queue) > 1 then found('wake-ups') end
  if call('LLEN', P .. 'recent:' .. queue) > 1000 then found('recent') end

  local fields = call('HGETALL', P .. 'stats:' .. queue)
  for i = 1, #fields, 2 do
    local is_line = fields[i] == 'figures'
    if is_line and sound_figures(fields[i + 1]) ~= fields[i + 1] or not is_line and not fields[i + 1]:match('^-?%d+$') then
      found('no-number', fields[i])
    end
  end
  if #problems > 0 and problems[#problems][1] == 'no-number' then return problems, false end
  local account = figures(queue)
  local function compare(name, figure, actual)
    figure = tonumber(figure)
    if figure ~= actual then found('wrong-figure', name .. ' is ' .. figure .. ' and should be ' .. actual) end
  end
  local is_small = entries(queue) <= limit
  local levels = is_small and census(queue)
  for p = 0, 2 do
    compare('in' .. p .. ' - out' .. p, lying(account, p), call('LLEN', P .. 'q:' .. queue .. ':' .. p))
    if levels then compare('stale' .. p, account[STALE + 4 * p], levels['stale' .. p]) end
  end
  compare('suspect', account[SUSPECT], call('LLEN', P .. 'suspect:' .. queue))
  if levels then
    compare('running', account[RUNNING], levels.running)
    compare('scheduled', account[SCHEDULED], levels.scheduled)
    compare('bytes', account[BYTES], levels.bytes)
  end
  return problems, not is_small
end

-- Looks at one worker.
local function look_at_worker(id)
  local expiry = call('PEXPIRETIME', P .. 'worker:' .. id)
  local listed = tonumber(call('ZSCORE', P .. 'workers', id) or 0)
  if expiry == -1 then return { { 'worker-expiry', '' } } end
  if expiry > now and listed == 0 then return { { 'worker-unlisted', '' } } end
  if expiry == -2 and listed > now then return { { 'worker-of-nothing', '' } } end
  return {}
end

-- Looks at a delivery, and at its job, which has to live as long.
local function look_at_delivery(id)
  local problems = {}
  local function found(code) problems[#problems + 1] = { code, '' } end
  local at, due, dead = call('PEXPIRETIME', P .. 'o:' .. id), call('ZSCORE', P .. 'outbox', id),
    call('ZSCORE', P .. 'undelivered', id)
  if at == -2 then
    if due or dead and tonumber(dead) > now then found('delivery-of-nothing') end
    return problems
  end
  if not due == not dead then found('delivery-listing') end
  local job = read_hidden(job_of(id))
  if not job then
    found('delivery-lost')
  elseif number(job.xp) < at then
    found('delivery-outlives')
  end
  return problems
end

-- What may not stay for ever, by what its name begins with.
local EXPIRING = { idem = true, o = true, m = true, list = true }

-- Looks at a key that is no job's: has it the type it should have ('' if there should be no such key), and an expiry if and
-- only if it is one of those that have?
local function look_at_key(name, wanted)
  local kind = call('TYPE', P .. name).ok
  if kind == 'none' then return {} end
  if wanted == '' then return { { 'unknown-key', kind } } end
  if kind ~= wanted then return { { 'wrong-type', kind } } end
  local lives, head = call('PTTL', P .. name) < 0, name:match('^(%l+):')
  if lives and head == 'idem' then return { { 'idem-lasting', '' } } end
  if lives and EXPIRING[head] then return { { 'lasting', '' } } end
  if not lives and not EXPIRING[head] and head ~= 'worker' then return { { 'key-expires', '' } } end
  return {}
end

-- Looks at what all processes have to agree on.
local function look_at_meta(layout, secret)
  local stored = call('HMGET', P .. 'meta', 'layout', 'secret')
  if stored[1] == layout and stored[2] == secret then return {} end
  local lacks = not stored[1] and 'layout' or stored[1] ~= layout and 'its own layout' or not stored[2] and 'secret'
  return { { 'meta', lacks or 'its own secret' } }
end

-- Looks at a subject of any kind, as examine and repair are asked to. Answers the problems, the job, whether it was not counted.
local function look(kind, name, hint, deep)
  if kind == 'job' then
    local problems, job = look_at_job(name, hint, deep)
    return problems, job, false
  elseif kind == 'queue' then
    local problems, is_uncounted = look_at_queue(name, tonumber(hint))
    return problems, nil, is_uncounted
  elseif kind == 'worker' then
    return look_at_worker(name), nil, false
  elseif kind == 'delivery' then
    return look_at_delivery(name), nil, false
  elseif kind == 'meta' then
    return look_at_meta(name, hint), nil, false
  end
  return look_at_key(name, hint), nil, false
end
