"""arq; it polls its queue each half second by default, which is lowered to the time between two polls of a client."""
from contextlib import asynccontextmanager

from arq import create_pool
from arq.connections import RedisSettings
from arq.jobs import Job, JobStatus

from front import LIFE, REDIS_PORT, front_end

settings = RedisSettings(port=REDIS_PORT)
pools = []


async def work(context, number):
    return number * number


class WorkerSettings:
    functions = [work]
    redis_settings = settings
    keep_result = LIFE
    max_jobs = 100
    poll_delay = 0.01
    log_results = False


@asynccontextmanager
async def lifespan(app):
    pools.append(await create_pool(settings))
    yield
    await pools.pop().aclose()


async def submit(number):
    return (await pools[0].enqueue_job("work", number)).job_id


async def is_done(id):
    return await Job(id, pools[0]).status() == JobStatus.complete


async def square(id):
    info = await Job(id, pools[0]).result_info()
    return info.result if info else None


app = front_end(submit, is_done, square, lifespan)
