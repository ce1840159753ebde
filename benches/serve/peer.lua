wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  return wrk.format("POST", "/assess", nil, string.format('{"client_id":"C-%04d","amount":%d,"terms_days":%d}',
    math.random(1, 400), math.random(100, 90000), math.random(0, 60)))
end
