-- How a job is stored. The field `s` says how it stands, and is written anew with each version: state, version, updated, fence,
-- claimed, attempt, worker or `-`, failures, stalls, ticket, to be started by, expiry. `f` has the facts, which stay as they were
-- submitted: type, queue, priority, created, max attempts, length of the payload, and ` name=value` for what only some jobs have;
-- in further lines its media type and the follow-ups. `h` is the log, a line for each version.

-- Every way from a state to another (JobTransition.all).
local WAYS = ' new>scheduled new>queued scheduled>queued scheduled>failed scheduled>canceled queued>running queued>failed '
  .. 'queued>canceled running>scheduled running>queued running>succeeded running>failed running>canceled '
local STANDARD = 'default' -- the tenant of jobs that name none

-- How a job stands, in a version, as it is stored; what a damaged one lacks stays what is no number.
local function standing(job, state, v, updated)
  return state .. ' ' .. v .. ' ' .. updated .. ' ' .. (job.n or '-') .. ' ' .. (job.g or '-') .. ' ' .. (job.at or '-')
    .. ' ' .. (job.w or '-') .. ' ' .. (job.a or '-') .. ' ' .. (job.z or '-') .. ' ' .. (job.i or '-') .. ' '
    .. (job.by or '-') .. ' ' .. (job.xp or '-')
end

-- The state at the end of a way.
local function after(way)
  assert(WAYS:find(' ' .. way .. ' ', 1, true), way)
  return way:match('%l+$')
end

local function age_limit(job) return tonumber(job.ag or DAY) end

-- Has the tick look at a job when its time to start is over, or its deadline.
local function watch(job, by)
  call('ZADD', P .. 'deadlines', math.min(by, tonumber(job.td or by)), job.id)
end
