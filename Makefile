# Two commands for everybody: `make run` and `make test`. The rest is for those who change something.
PYTHON := $(shell command -v python3 2>/dev/null)
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
APP := $(ROOT).venv/app/bin
ENGINE := $(ROOT).venv/engine/bin

.PHONY: run test faults check bench docs lint lock setup setup-dev clean

run: setup  ## set up whatever is missing, then start the bot
	@exec $(APP)/bot run

test: setup-dev  ## every test: the engine's suite first, then the app's
	@exec $(APP)/python scripts/test.py

faults: setup-dev  ## the long crash trials that `make test` leaves out
	@exec $(APP)/python -m pytest tests --ignore=tests/engine -m faults

check: setup  ## find every mistake in data/
	@exec $(APP)/bot check

bench: setup-dev  ## figures to bench/results/latest.json
	@exec $(APP)/python -m bench

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
