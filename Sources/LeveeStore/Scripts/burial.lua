-- How jobs become dead letters.
local DEAD_LETTER_LIFE = 14 * DAY

-- Ends a job as failed and keeps it as a dead letter; further arguments are fields to store with the end.
local function bury(job, code, detail, status, cause, note, ...)
  job.rest = now + math.max(DEAD_LETTER_LIFE, number(job.rt))
  conclude(job, 'running>failed', cause, note, 'ec', code, 'em', detail, 'es', status, ...)
  call('ZADD', P .. 'dead:' .. job.q, job.rest, job.id)
end
