"""taskiq with its list broker: BRPOP, no acknowledgement."""
from contextlib import asynccontextmanager

from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend
from taskiq_redis.exceptions import ResultIsMissingError

from front import LIFE, REDIS_URL, front_end

results = RedisAsyncResultBackend(REDIS_URL, result_ex_time=LIFE)
broker = ListQueueBroker(REDIS_URL).with_result_backend(results)


@broker.task("work")
async def work(number: int) -> int:
    return number * number


@asynccontextmanager
async def lifespan(app):
    await broker.startup()
    yield
    await broker.shutdown()


async def submit(number):
    return (await work.kiq(number)).task_id


async def is_done(id):
    return await results.is_result_ready(id)


async def square(id):
    try:
        return (await results.get_result(id)).return_value
    except ResultIsMissingError:
        return None


app = front_end(submit, is_done, square, lifespan)
