"""Celery, with Redis for its messages and for its results."""
from celery import Celery

from front import LIFE, REDIS_URL, front_end

queue = Celery("celery_peer", broker=REDIS_URL, backend=REDIS_URL)
queue.conf.update(result_expires=LIFE, worker_prefetch_multiplier=32, worker_hijack_root_logger=False,
                  broker_connection_retry_on_startup=True)
# Its backend subscribes to each task that a process sends, for clients that wait in that process; a front end has none.
queue.backend.on_task_call = lambda producer, task_id: None


@queue.task(name="work")
def work(number):
    return number * number


def submit(number):
    return work.delay(number).id


def is_done(id):
    return queue.AsyncResult(id).state == "SUCCESS"


def square(id):
    result = queue.AsyncResult(id)
    return result.result if result.state == "SUCCESS" else None


app = front_end(submit, is_done, square)
