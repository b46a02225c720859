-- Posts one filled form again and again, each time under a new submission id. The body is read once from BENCH_BODY,
-- with the word SUBMISSION where the id belongs.
local thread_count = 0

function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
end

function init(args)
  local file = io.open(os.getenv("BENCH_BODY"), "rb")
  local text = file:read("*a")
  file:close()
  before, after = text:match("^(.*)SUBMISSION(.*)$")
  seed = string.format("%08x%08x%02x", os.time(), math.floor(os.clock() * 1e9) % 0xffffffff, number)
  round = os.getenv("BENCH_ROUND") or "0"
  count = 0
  headers = { ["Content-Type"] = os.getenv("BENCH_TYPE"), ["Accept-Encoding"] = "gzip" }
end

function request()
  count = count + 1
  local id = string.format("bench%s%s%010d", round, seed, count)
  return wrk.format("POST", nil, headers, before .. id .. after)
end

function response(status, headers, body)
  if status ~= 303 and status ~= 302 then
    bad = (bad or 0) + 1
    if bad <= 2 then print("unexpected answer " .. status) end
  end
end
