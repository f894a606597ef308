-- Submits jobs, each under an id of its own.
local run, key, number = "0", "", 0

function init(args)
    run, key = args[1], args[2]
    wrk.method = "PUT"
    wrk.body = '{"action":"BATCH_SCORE","model":{"id":"never-uploaded.str"}}'
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    number = number + 1
    return wrk.format(nil, string.format("/pm/v1/jobs/load-%s-%d?accesskey=%s", run, number, key))
end

function response(status)
    if status ~= 201 then refused = (refused or 0) + 1 end
end
