-- Lists jobs by what names them: leases, lines, the schedule, the last that have ended. Writes nothing.
-- KEYS[1] -> prefix
-- ARGV[1] -> where the last page ended, or ''   ARGV[2] -> the most jobs to list
-- ARGV[3] -> the states that are wanted, a space before and after each
-- ARGV[4] -> type, or '' for all  ARGV[5] -> queue, or '' for all  ARGV[6...] -> fields to answer
-- Returns {'page', where it ended or '' if that was all, {id, values}, ...}, {'queue'} or {'cursor'} for one that there is not.
-- A page may be short, or empty, with more to come: the work of a call has a bound.
local LOOK = 500
local limit, wanted, job_type, only = tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local fields = { unpack(ARGV, 6) }

-- Where lines are read from the old end, `depth` being how many entries to pass over.
local function from_right(list, depth, most)
  local ids, old = {}, call('LRANGE', list, -(depth + most), -(depth + 1))
  for i = #old, 1, -1 do ids[#ids + 1] = old[i] end
  return ids
end

-- Each kind of place reads up to `most` ids after a position. They answer the ids, the position after each, and whether
-- there may be more. Whatever others do meanwhile, no job is passed over that stays where it is.
local READ = {}

-- Leases move whenever their workers show themselves, so they are read in the order of a scan, by id within each step.
function READ.running(at, _, most)
  local scan, last = at:match('^(%d+)%.(%w*)$')
  local step = call('ZSCAN', P .. 'leases', scan or 0, 'COUNT', most)
  local ids, ends = {}, {}
  for i = 1, #step[2], 2 do
    if step[2][i] > (last or '') then ids[#ids + 1] = step[2][i] end
  end
  table.sort(ids)
  for i, id in ipairs(ids) do ends[i] = (scan or 0) .. '.' .. id end
  if step[1] == '0' then return ids, ends, nil end
  return ids, ends, step[1] .. '.'
end

-- A line's entries are counted from the first that ever was in it: those that left it have a figure.
function READ.queued(at, place, most)
  local queue, p = place:match('^(.+):(%d)$')
  local out = tonumber(figures(queue)[OUT + 4 * p])
  local depth = math.max(0, number(at ~= '' and at or out) - out)
  local ids, ends = from_right(P .. 'q:' .. place, depth, most), {}
  for i in ipairs(ids) do ends[i] = string.format('%.0f', out + depth + i) end
  return ids, ends, #ids == most and ends[most] or nil
end

function READ.suspect(at, queue, most)
  local list, depth = P .. 'suspect:' .. queue, 0
  local index = at ~= '' and call('LPOS', list, at, 'RANK', -1)
  if index then depth = call('LLEN', list) - index end
  local ids = from_right(list, depth, most)
  return ids, ids, #ids == most and ids[most] or nil
end

function READ.scheduled(at, _, most)
  local ids, ends, first = {}, {}, 0
  if at ~= '' then first = after_due(at:match('^(%d+)%.(%w+)$')) end
  local due = call('ZRANGE', P .. 'scheduled', first, first + most - 1, 'WITHSCORES')
  for i = 1, #due, 2 do
    ids[#ids + 1] = due[i]
    ends[#ends + 1] = due[i + 1] .. '.' .. due[i]
  end
  return ids, ends, #ids == most and ends[most] or nil
end

-- The last that have ended, each with its number among all that ever did: an id may come twice, if a job was removed and its
-- name used again.
function READ.ended(at, queue, most)
  local account = figures(queue)
  local total = account[SUCCEEDED] + account[FAILED] + account[CANCELED]
  local first = at == '' and 0 or math.max(0, total - at + 1)
  local ids, ends = call('LRANGE', P .. 'recent:' .. queue, first, first + most - 1), {}
  for i in ipairs(ids) do ends[i] = string.format('%.0f', total - first - i + 1) end
  return ids, ends, #ids == most and ends[most] or nil
end

local function wants(...)
  for _, state in ipairs({ ... }) do
    if wanted:find(' ' .. state .. ' ', 1, true) then return true end
  end
  return false
end

local queues, places, first = all_queues(), {}, 1
table.sort(queues)
if only ~= '' then
  local is_known = false
  for _, queue in ipairs(queues) do is_known = is_known or queue == only end
  if not is_known then return { 'queue' } end
  queues = { only }
end
local function add(kind, place) places[#places + 1] = { kind = kind, place = place, at = '' } end
if wants('running') then add('running', '') end
for _, queue in ipairs(wants('queued') and queues or {}) do
  add('suspect', queue)
  for p = 0, 2 do add('queued', queue .. ':' .. p) end
end
if wants('scheduled') then add('scheduled', '') end
for _, queue in ipairs(wants('succeeded', 'failed', 'canceled') and queues or {}) do add('ended', queue) end

local FORM = { running = '^(%d+)%.%w*$', queued = '^(%d+)$', scheduled = '^(%d+)%.%w+$', suspect = '^()%w+$', ended = '^(%d+)$' }
if ARGV[1] ~= '' then
  local kind, place, at = ARGV[1]:match('^(%l+)/([^/]*)/([^/]*)$')
  local head = kind and FORM[kind] and (at == '' and '' or at:match(FORM[kind]))
  first = nil
  for i, known in ipairs(places) do
    if known.kind == kind and known.place == place then first = i end
  end
  if not first or not head or #tostring(head) > 15 then return { 'cursor' } end
  places[first].at = at
end

-- What is answered of a job that is where it belongs and is wanted; nil otherwise.
local function fitting(id, kind)
  local job = glance(id)
  if not job then return nil end
  local s = job.s
  local belongs = s == kind or kind == 'suspect' and s == 'queued'
    or kind == 'ended' and (s == 'succeeded' or s == 'failed' or s == 'canceled')
  if not belongs or not wants(s) or job_type ~= '' and job.t ~= job_type or only ~= '' and job.q ~= only then return nil end
  return call('HMGET', P .. 'j:' .. id, unpack(fields))
end

local page, looked = { 'page', '' }, 0
for i = first, #places do
  local place, more = places[i], true
  while more do
    if looked >= LOOK or #page - 2 >= limit then
      page[2] = place.kind .. '/' .. place.place .. '/' .. place.at
      return page
    end
    looked = looked + 1
    local ids, ends, next_at = READ[place.kind](place.at, place.place, math.max(1, LOOK - looked))
    more = false
    for k, id in ipairs(ids) do
      looked = looked + 1
      place.at = ends[k]
      local values = fitting(id, place.kind)
      if values then page[#page + 1] = { id, values } end
      if #page - 2 >= limit then
        more = true
        break
      end
    end
    if not more and next_at then
      place.at = next_at
      more = true
    end
  end
end
return page
