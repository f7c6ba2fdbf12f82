"""SAQ."""
from contextlib import asynccontextmanager

from saq import Queue
from saq.job import Status

from front import LIFE, REDIS_URL, front_end

queue = Queue.from_url(REDIS_URL, max_concurrent_ops=64)


async def work(context, *, number):
    return number * number


settings = {"queue": queue, "functions": [work], "concurrency": 32}


@asynccontextmanager
async def lifespan(app):
    await queue.connect()
    yield
    await queue.disconnect()


async def submit(number):
    return (await queue.enqueue("work", number=number, ttl=LIFE)).key


async def is_done(id):
    job = await queue.job(id)
    return job is not None and job.status == Status.COMPLETE


async def square(id):
    job = await queue.job(id)
    return job.result if job is not None and job.status == Status.COMPLETE else None


app = front_end(submit, is_done, square, lifespan)
