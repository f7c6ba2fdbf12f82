-- How long things took: a field for each count, since a call changes few of them. Taken down for each job, read and written once.
local MEAN_MEMORY = 32
local durations = {} -- queue -> figure -> how often each bound was met, by its place; and `total`, ms
local runs = {} -- queue -> type -> how long attempts have held their slots, ms

-- Counts how long something took, by length (DurationCounts.bounds) and in all.
local BOUNDS = { 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 1800000 }
local function clocked(queue, figure, took)
  local figures_of = durations[queue]
  if not figures_of then
    figures_of = {}
    durations[queue] = figures_of
  end
  local counts, i = figures_of[figure], 1
  if not counts then
    counts = { total = 0 }
    figures_of[figure] = counts
  end
  while BOUNDS[i] and took > BOUNDS[i] do i = i + 1 end
  counts[i] = (counts[i] or 0) + 1
  counts.total = counts.total + took
end

-- Takes down how long an attempt held its slot, from its claim on: the mean of its type moves.
local function held(queue, kind, claimed)
  if not (kind and claimed) then return end -- damaged
  local types = runs[queue]
  if not types then
    types = {}
    runs[queue] = types
  end
  local times = types[kind]
  if not times then
    times = {}
    types[kind] = times
  end
  times[#times + 1] = math.max(0, now - claimed)
end

-- Moves a mean, in whole us, by times in ms (MeanRun): each by the n-th part of the difference if it is the n-th.
local function moved(mean, count_before, times)
  count_before = mean and number(count_before) or 0
  mean = number(mean)
  for i, time in ipairs(times) do
    mean = math.floor(mean + (time * 1000 - mean) / math.min(count_before + i, MEAN_MEMORY) + 0.5)
  end
  return mean
end

-- Adds the durations of a queue to those that are stored, in one read; they are written with its other figures.
local function add_up(queue)
  local names, changes, fields = {}, {}, {}
  for figure, counts in pairs(durations[queue]) do
    for i, change in pairs(counts) do
      names[#names + 1] = i == 'total' and figure or figure .. ':' .. (BOUNDS[i] and text(BOUNDS[i]) or 'more')
      changes[#names] = change
    end
  end
  for kind, times in pairs(runs[queue] or {}) do
    local n = #names
    names[n + 1], names[n + 2] = 'mean:' .. kind, 'runs:' .. kind
    changes[n + 1], changes[n + 2] = times, #times
  end
  local values = call('HMGET', P .. 'stats:' .. queue, unpack(names))
  for i, name in ipairs(names) do
    local value, change = values[i], changes[i]
    fields[2 * i - 1] = name
    fields[2 * i] = text(type(change) == 'table' and moved(value, values[i + 1], change) or (value or 0) + change)
  end
  further[queue] = fields
end

local function enter_durations()
  for queue in pairs(durations) do add_up(queue) end
end

