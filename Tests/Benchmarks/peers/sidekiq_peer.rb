# Sidekiq. It keeps no results, so the job stores its own.
require "sidekiq"

redis = { url: "redis://127.0.0.1:#{ENV.fetch('REDIS_PORT')}/0", driver: :hiredis }
Sidekiq.configure_server { |config| config.redis = redis }
Sidekiq.configure_client { |config| config.redis = redis.merge(size: 32) }
Sidekiq.logger.level = Logger::WARN

class Work
  include Sidekiq::Worker

  def perform(number)
    Sidekiq.redis { |connection| connection.setex("square:#{jid}", 3600, number * number) }
  end
end
