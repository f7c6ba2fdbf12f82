-- What is asked of jobs by those who only look, or only remove.

-- Reads a job without its log; nil if it is gone.
local function glance(id)
  local s, f = unpack(call('HMGET', P .. 'j:' .. id, 's', 'f'))
  return s and parse(id, s, f) or nil
end

-- Whether a job is another's than the tenant's who asks; '' asks for all.
local function is_foreign(owner, tenant) return tenant ~= '' and (owner or STANDARD) ~= tenant end

-- Whether a version is none of those that a client has seen.
local function is_stale(v, seen) return seen ~= '' and not string.find(seen, ',' .. (v or '') .. ',', 1, true) end
