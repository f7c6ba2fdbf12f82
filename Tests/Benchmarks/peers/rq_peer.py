"""RQ, whose front end imports the job by its name."""
from redis import Redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job

from front import LIFE, REDIS_PORT, front_end

redis = Redis(port=REDIS_PORT)
queue = Queue(connection=redis)


def work(number):
    return number * number


def submit(number):
    return queue.enqueue("rq_peer.work", number, result_ttl=LIFE).id


def is_done(id):
    return Job.fetch(id, connection=redis).is_finished


def square(id):
    try:
        return Job.fetch(id, connection=redis).return_value()
    except NoSuchJobError:
        return None


app = front_end(submit, is_done, square)
