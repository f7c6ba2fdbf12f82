-- Looks whether what has to hold of some subjects holds at this moment; writes nothing.
-- KEYS[1] -> prefix
-- ARGV[1] -> '1' to search the lists for jobs that are queued, which takes as long as the lists are
-- ARGV[2...] -> three arguments for each subject: its kind, its name, and a hint
--   'job'     id                       the queue whose dead letters name it, or ''
--   'queue'   name                     how many jobs to count at most
--   'worker'  id                       ''
--   'delivery' id                      ''
--   'key'     name without the prefix  the type it should have, '' if there should be no such key
--   'meta'    layout                   secret
-- Returns for each {problems, state or '', queue or '', name of its list if it is queued or '', 1 if it was not counted};
-- a problem is {code, detail}.
local answers = {}
for i = 2, #ARGV, 3 do
  local problems, job, is_uncounted = look(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[1] == '1')
  local list = job and job.s == 'queued' and job.q and job.p and line(job.q, job.p, job.z):sub(#P + 1)
  answers[#answers + 1] = { problems, job and job.s or '', job and job.q or '', list or '', is_uncounted and 1 or 0 }
end
return answers
