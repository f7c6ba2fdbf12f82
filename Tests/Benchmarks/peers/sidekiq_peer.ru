# The front end of Sidekiq, on bare Rack: POST a number, poll, GET the square.
require "json"
require_relative "sidekiq_peer"

def stored(id) = Sidekiq.redis { |connection| connection.get("square:#{id}") }

run(lambda do |env|
  path = env["PATH_INFO"]
  id = path.split("/", 3)[2]
  case
  when env["REQUEST_METHOD"] == "POST"
    id = Work.perform_async(JSON.parse(env["rack.input"].read)["number"])
    [202, { "Location" => "/jobs/#{id}", "Retry-After" => "1" }, []]
  when path.start_with?("/jobs/")
    stored(id) ? [303, { "Location" => "/resources/#{id}" }, []] : [202, { "Retry-After" => "1" }, []]
  when square = stored(id)
    [200, { "Content-Type" => "application/json" }, ["{\"square\":#{square}}"]]
  else
    [404, {}, []]
  end
end)
