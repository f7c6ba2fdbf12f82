# The front door of Levee: `make` alone lists what there is. The work is in scripts/, which can be called directly too.
# Variables given to make (make up WORKERS=4) reach the scripts as environment variables.

SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

.PHONY: help
help:
	@scripts/lib/help $(firstword $(MAKEFILE_LIST))

##@ First steps

.PHONY: demo test
demo: ## See a picture go through a small cluster, request by request (INPUT=your.jpg)
	@scripts/demo
test: ## Check format and scripts, build, run all tests (FILTER=regex runs some)
	@scripts/test

##@ A cluster on this machine

.PHONY: up down restart scale autoscale status logs
up: ## Start Redis, front ends and workers, or what of them is dead
	@scripts/cluster up
down: ## Stop workers, front ends and Redis, in this order; jobs stay in .levee/redis
	@scripts/cluster down
restart: ## Start front ends and workers anew, one after the other; jobs that run go on to their end
	@scripts/cluster restart
scale: ## Run WORKERS=n workers, idle ones go first; WORKERS=auto leaves it to the autoscaler
	@scripts/cluster scale "$$WORKERS" --by-hand
autoscale: ## Let the load decide how many workers run, until Ctrl-C (MIN=1 MAX=8 TARGET=30s)
	@scripts/autoscale
status: ## Show what runs where, since when, and how many jobs it runs
	@scripts/cluster status
logs: ## Show the logs, on a terminal as they grow (NAME=worker-w1 shows one)
	@scripts/cluster logs $(NAME)

##@ Load

.PHONY: load hints storm-polls storm-viewers autoscale-run
load: ## Put load on the cluster that runs and report (such as POLLERS=1000 JOBS=10000 MODE=wait HTML=report.html)
	@scripts/load
autoscale-run: ## Watch an autoscaler follow low, high and low load on a cluster of its own, as plots (STEPS= MAX=8)
	@scripts/autoscale-run
hints: ## Measure how far Retry-After is from the truth, on a cluster of its own (JOBS=1000 STEPS=2x20s,16x30s,6x90s)
	@scripts/hints
storm-polls: ## Measure what CROWD=10000 clients cost that poll, wait or read events, on a cluster of its own
	@scripts/storm-polls
storm-viewers: ## Measure what it costs to look at the dashboard at RATE=2000 jobs/s, on a cluster of its own (BUILD=release)
	@scripts/storm-viewers

##@ Speed

.PHONY: bench bench-peers bench-growth
bench: ## Measure Levee beside the limits of its parts, and hold it to its budgets (QUICK=1 is a look; KEEP=1 compares later runs)
	@scripts/bench
bench-peers: ## Measure other job queues on the same work, in turn with Levee (PEERS=rq,celery,... runs some)
	@scripts/bench-peers
bench-growth: ## Measure how the cost of a job grows with jobs, queues, clients that wait, payloads and workers
	@scripts/bench-growth

##@ Proof

.PHONY: conformance deployment chaos storm proxy-storm blob-storm
conformance: ## Hold a running Levee to its HTTP contract with clients of others (FILTER=expression runs some)
	@scripts/conformance
deployment: ## Check deploy/ and docs/: restarts behind haproxy, systemd units, containers, manifests (FILTER=expression)
	@scripts/deployment
chaos: ## Kill, stop and cut off processes under load, and prove that nothing went wrong (DURATION=60 SEED=)
	@scripts/chaos
blob-storm: ## Take SIZE=200 MiB through a job and back, and see what memory that takes
	@scripts/blob-storm
storm: ## Cancel jobs as they come, submit ten times what can be done, and see that all ends well (PAIRS=100000)
	@scripts/storm

proxy-storm: ## Send CLIENTS=500 at once to a service that bears five, straight and through Levee, and kill a worker midway
	@scripts/proxy-storm

##@ Development

.PHONY: soak pictures
pictures: ## Take the pictures of the documentation anew: of the dashboard, and in six minutes of a load test with an autoscaler
	@scripts/pictures
	@PICTURES=1 scripts/autoscale-run
soak: ## Test the scripts against their model from SEEDS=1000 random seeds
	@scripts/soak

.PHONY: build lint format clean
build: ## Build the levee binary
	@scripts/build
lint: ## Check the format of the Swift sources, the shell scripts and the Python
	@scripts/lint
format: ## Put the Swift sources into the format that lint checks
	@scripts/lint --fix
clean: ## Stop the cluster; remove all that was built and stored, its jobs too
	@scripts/cluster clean

##@ Variables
## FRONTENDS=2         how many front ends `up` starts
## WORKERS=2           how many workers `up` starts, and `scale` leaves
## PORT=8080           where the first front end listens, the others next to it; admin doors 1000 above
## MIN=1 MAX=8         between which numbers of workers the autoscaler decides
## TARGET=30s          how long a job may wait before the autoscaler starts workers
## DRY_RUN=            1: the autoscaler only says what it would do
## POLLERS=100         how many clients `load` runs; or RATE= jobs a second, or STEPS=10x30s,50x10s
## JOBS=1000           how many jobs `load` submits, of TYPE=square with a PAYLOAD= of yours
## MODE=poll WATCH=    wait: its clients ask with Prefer: wait; sse: they read events; WATCH=id: they submit nothing
## HTML= SVG=          files of `load` for the report with its plots, and for a picture of it
## CANCEL= RETRY=yes   1: its clients cancel their jobs at once; no: they do not come back after a refusal
## CONFIG=levee.yaml   the configuration of front ends and workers
## DURATION=60 SEED=   how many seconds `chaos` does faults, and what it draws them from
## OUTSIDE=yes         whether the workers of examples/ take jobs in `chaos`, too
## FAULTS=yes          which faults `chaos` does: yes, no, or drains, which only tells workers to end
## PAIRS=100000        how many jobs `storm` cancels; it has DURATION=10
## VIEWERS=1,5         how many look at the dashboard in `storm-viewers`; it has RATE=2000
## SIZE=200            how many MiB `blob-storm` sends; it has JOBS=1, how many at once
## ROUNDS=3 ONLY=      how often `bench` measures, and which of its parts (submit,drain,roundtrip,polls,latency,...)
## QUICK= KEEP=        1: `bench` has a quick look; 1: it keeps the run, to compare later ones with
## SLOTS=              how many jobs a worker runs at once, above the configuration; `bench` has 512, the others like it 64
## FSYNC=always        when Redis writes to disk: always, everysec or no; for `bench` also off, or several: always,no
## BUILD=debug         release is faster to run and slower to build
## INPUT=              the picture for the demo
