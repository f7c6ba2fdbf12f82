"""No job queue at all: LPUSH, BRPOP, SETEX and PUBLISH with redis-py, one job at a time. As a program it is the
worker."""
import uuid

import redis
import redis.asyncio

from front import LIFE, REDIS_URL, front_end

client = redis.asyncio.Redis.from_url(REDIS_URL)


async def submit(number):
    id = uuid.uuid4().hex
    await client.lpush("bare", f"{id} {number}")
    return id


async def is_done(id):
    return await client.exists("bare:" + id)


async def square(id):
    value = await client.get("bare:" + id)
    return None if value is None else int(value)


app = front_end(submit, is_done, square)


def work():
    server = redis.Redis.from_url(REDIS_URL)
    while True:
        popped = server.brpop("bare", timeout=1)
        if popped is None:
            continue
        id, number = popped[1].decode().split()
        with server.pipeline(transaction=False) as both:
            both.setex("bare:" + id, LIFE, int(number) ** 2)
            both.publish("bare:done", id)
            both.execute()


if __name__ == "__main__":
    work()
