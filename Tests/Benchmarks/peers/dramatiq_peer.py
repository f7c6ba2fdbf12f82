"""dramatiq, with its results in Redis."""
import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.results import Results
from dramatiq.results.backends import RedisBackend
from dramatiq.results.errors import ResultMissing

from front import LIFE, REDIS_URL, front_end

results = RedisBackend(url=REDIS_URL)
broker = RedisBroker(url=REDIS_URL)
broker.add_middleware(Results(backend=results, store_results=True, result_ttl=LIFE * 1_000))
dramatiq.set_broker(broker)


@dramatiq.actor(actor_name="work")
def work(number):
    return number * number


def submit(number):
    return work.send(number).message_id


def square(id):
    message = dramatiq.Message(queue_name="default", actor_name="work", args=(), kwargs={}, options={}, message_id=id)
    try:
        return results.get_result(message, block=False)
    except ResultMissing:
        return None


def is_done(id):
    return square(id) is not None


app = front_end(submit, is_done, square)
