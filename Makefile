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

.PHONY: up down status logs
up: ## Start Redis, front ends and workers, or what of them is dead
	@scripts/cluster up
down: ## Stop workers, front ends and Redis, in this order; jobs stay in .levee/redis
	@scripts/cluster down
status: ## Show what runs where
	@scripts/cluster status
logs: ## Show the logs, on a terminal as they grow (NAME=worker-w1 shows one)
	@scripts/cluster logs $(NAME)

##@ Load

.PHONY: load
load: ## Put load on the cluster that runs and report (POLLERS=1000 JOBS=10000 TYPE=square RATE= EVERY=10ms)
	@scripts/load

##@ Development

.PHONY: build lint format clean
build: ## Build the levee binary
	@scripts/build
lint: ## Check the format of the Swift sources and the shell scripts
	@scripts/lint
format: ## Put the Swift sources into the format that lint checks
	@scripts/lint --fix
clean: ## Stop the cluster; remove all that was built and stored, its jobs too
	@scripts/cluster clean

##@ Variables
## FRONTENDS=2         how many front ends `up` starts
## WORKERS=2           how many workers `up` starts
## PORT=8080           where the first front end listens; the next ones on the ports after it
## CONFIG=levee.yaml   the configuration of both
## SLOTS=              how many jobs a worker runs at once, above the configuration
## FSYNC=always        when Redis writes to disk: always, everysec or no
## BUILD=debug         release is faster to run and slower to build
## INPUT=              the picture for the demo
