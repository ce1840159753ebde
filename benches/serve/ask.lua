-- Assessments of changing clients, amounts and terms, one in five a read of what was stored before.
-- wrk ... -s ask.lua URL -- what_if|stored|mixed KEY
local mode, key, count, ids = "what_if", "", 0, {}
function init(args)
  mode, key = args[1], args[2]
  math.randomseed(os.time())
end
function request()
  count = count + 1
  local head = { ["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json" }
  if mode == "mixed" and count % 5 == 0 then
    return wrk.format("GET", string.format("/v1/clients/C-%04d", math.random(1, 400)), head)
  end
  local store = mode == "what_if" and "false" or "true"
  local body = string.format(
    '{"client":"C-%04d","quote":{"amount":"%d.%02d","terms_days":%d},"as_of":"2026-05-31","store":%s}',
    math.random(1, 400), math.random(100, 90000), math.random(0, 99), math.random(0, 60), store)
  return wrk.format("POST", "/v1/assessments", head, body)
end
local refused = 0
function response(status)
  if status ~= 200 and status ~= 201 then refused = refused + 1; print("status " .. status) end
end
