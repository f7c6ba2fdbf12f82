"""What `make bench-growth` varies. A part has TITLE, AXIS, STEPS, QUICK_STEPS, UNITS and measure(bench, fsync,
steps), which yields each step with its figures; UNITS names the plots and which figures are in them."""
from . import payloads, queued, queues, waiters, workers

ALL = {"queued": queued, "queues": queues, "waiters": waiters, "payloads": payloads, "workers": workers}
