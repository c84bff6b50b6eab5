# Two commands for everybody: `make run` and `make test`. The rest is for those who change something.
PYTHON := $(shell command -v python3 2>/dev/null)
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
APP := $(ROOT).venv/app/bin
ENGINE := $(ROOT).venv/engine/bin

.PHONY: run test faults check bench bench-big bench-nlu docs lint lock setup setup-dev clean

run: setup  ## set up whatever is missing, then start the bot
	@exec $(APP)/bot run

test: setup-dev  ## every test: the engine's suite first, then the app's
	@exec $(APP)/python scripts/test.py

faults: setup-dev  ## the long crash trials that `make test` leaves out; FAULTS=folders for some of them
	@exec $(APP)/python -m pytest $(or $(FAULTS),tests) --ignore=tests/engine --ignore=tests/insight/understanding -m faults

check: setup  ## find every mistake in data/
	@exec $(APP)/bot check

bench: setup-dev  ## figures to bench/results/latest.json; PARTS="door widget" for some of them
	@exec $(APP)/python -m bench $(PARTS)

bench-big: setup-dev  ## the desk's lists and search with a million messages on PostgreSQL
	@exec $(APP)/python -m bench.big

bench-nlu: setup-dev  ## the classifier beside others on public data: bench/results/nlu/table.md; BENCH_DATA=folder of the sets
	@exec $(ENGINE)/python -m bench.nlu

docs: setup  ## write the generated parts of the docs again
	@exec $(APP)/python scripts/docs.py

lint: setup-dev
	@$(APP)/ruff check .

lock: setup  ## pin requirements/*.in again
	@scripts/lock.sh

setup: python
	@exec $(PYTHON) scripts/setup.py

setup-dev: python
	@exec $(PYTHON) scripts/setup.py --dev

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "setup: no python3 on this machine; install Python 3.11 and start again." >&2; exit 1; }

clean:  ## forget environments and models; conversations and secrets in var/ stay
	rm -rf .venv var/models
