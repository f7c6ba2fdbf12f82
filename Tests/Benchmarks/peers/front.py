"""The front end of all peers in Python: POST a number, poll, GET the square. Each peer brings how it does that."""
import inspect
import json
import os

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

REDIS_PORT = int(os.environ["REDIS_PORT"])
REDIS_URL = f"redis://127.0.0.1:{REDIS_PORT}/0"
# How long results are kept, in seconds.
LIFE = 3_600


def front_end(submit, is_done, square, lifespan=None):
    """`submit` takes a number and returns an id, `is_done` and `square` take an id; `square` returns None where there
    is none. Libraries that block are called as they are: a Redis on this machine answers sooner than a thread takes
    over."""

    async def value(result):
        return await result if inspect.isawaitable(result) else result

    async def post(request):
        id = await value(submit(json.loads(await request.body())["number"]))
        return Response(status_code=202, headers={"Location": f"/jobs/{id}", "Retry-After": "1"})

    async def status(request):
        id = request.path_params["id"]
        if await value(is_done(id)):
            return Response(status_code=303, headers={"Location": f"/resources/{id}"})
        return Response(status_code=202, headers={"Retry-After": "1"})

    async def resource(request):
        number = await value(square(request.path_params["id"]))
        if number is None:
            return Response(status_code=404)
        return Response(b'{"square":%d}' % number, media_type="application/json")

    return Starlette(lifespan=lifespan, routes=[
        Route("/jobs/square", post, methods=["POST"]),
        Route("/jobs/{id}", status),
        Route("/resources/{id}", resource),
    ])
