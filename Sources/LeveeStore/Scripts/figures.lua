-- The figures of queues: levels and counters, in one field, separated by spaces. Those of a queue are read once in a call, and
-- written once, by close().
local RUNNING, SCHEDULED, SUSPECT, BYTES, SUBMITTED, SUCCEEDED, FAILED, CANCELED, PAUSED, OPENS = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
-- For the line of the highest priority; those of the others follow, four figures each.
local IN, OUT, STALE, TAKEN = 11, 12, 13, 14
local FIGURES = '^(%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+)'
  .. ' (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+)$'
local NO_FIGURES = '0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'

local accounts = {} -- queue -> figures as they are now
local before = {} -- queue -> the field as it was read
local further = {} -- queue -> fields to write with it
local has_damage = false -- whether a line could not be read

-- A line with zero in the place of what is no number.
local function sound_figures(line)
  local words, sound = {}, {}
  for word in line:gmatch('%S+') do words[#words + 1] = word end
  for zero in NO_FIGURES:gmatch('%d') do
    local word = words[#sound + 1]
    sound[#sound + 1] = word and word:find('^%-?%d+$') and word or zero
  end
  return table.concat(sound, ' ')
end

-- The figures in a damaged line, so that one queue holds up no others. Its lists are as long as they are; the rest is put
-- right by the tick, which counts the jobs.
local function salvage_figures(queue, line)
  local account = { sound_figures(line):match(FIGURES) }
  account[SUSPECT] = call('LLEN', P .. 'suspect:' .. queue)
  for p = 0, 2 do
    local length = call('LLEN', P .. 'q:' .. queue .. ':' .. p)
    account[IN + 4 * p] = math.max(account[IN + 4 * p], length)
    account[OUT + 4 * p] = account[IN + 4 * p] - length
  end
  has_damage = true
  return account
end

-- The figures of a queue as they are at this moment of the call; what is changed in them is written by close(). `stored` is the
-- field, if the caller has read it.
local function figures(queue, stored)
  local account = accounts[queue]
  if account then return account end
  stored = stored or call('HGET', P .. 'stats:' .. queue, 'figures') or NO_FIGURES
  account = { stored:match(FIGURES) }
  if not account[1] then account = salvage_figures(queue, stored) end
  accounts[queue], before[queue] = account, stored
  return account
end

local function count(queue, figure, change)
  local account = figures(queue)
  account[figure] = account[figure] + change
end

-- How many entries lie in a list, stale ones among them.
local function lying(account, p) return account[IN + 4 * p] - account[OUT + 4 * p] end

-- Whether there is anything in the lists of a queue that may be taken.
local function has_entries(account)
  return account[PAUSED] == '0' and account[SUSPECT] + lying(account, 0) + lying(account, 1) + lying(account, 2) > 0
end

-- Writes the figures that have changed.
local function enter_figures()
  for queue, account in pairs(accounts) do
    local line = table.concat(account, ' ')
    if line ~= before[queue] or further[queue] then
      call('HSET', P .. 'stats:' .. queue, 'figures', line, unpack(further[queue] or {}))
      before[queue], further[queue] = line, nil
    end
  end
  if has_damage then call('HSET', P .. 'upkeep', 'recount', 1) end
end
