-- How the facts of a job are stored: its field `f`.

-- What a job has all its life; a line of `fu` for each follow-up. The first line is plain where there are none, and no options.
local function facts(job)
  local options = ''
  if job.ag then options = options .. ' ag=' .. job.ag end
  if job.rt then options = options .. ' rt=' .. job.rt end
  if job.te then options = options .. ' te=' .. job.te end
  if job.ik then options = options .. ' ik=' .. job.ik end
  if job.td then options = options .. ' td=' .. job.td end
  if job.fu then options = options .. ' fu' end
  return job.t .. ' ' .. job.q .. ' ' .. job.p .. ' ' .. job.c .. ' ' .. job.m .. ' ' .. job.l .. options .. '\n' .. job.k
    .. (job.fu and '\n' .. job.fu or '')
end
