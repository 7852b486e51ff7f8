# The two commands: `make demo` and `make test`. Both set up everything they need in a virtual environment of their own.
# make demo ARGS="--port 5001 --phones 23"; make test ARGS="tests/rounds -q"; make demo PYTHON=python3.12
# Versions are those of constraints.txt; CONSTRAINTS=/dev/null takes the newest that pyproject.toml allows.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
CONSTRAINTS ?= constraints.txt
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS)
ARGS ?=

.PHONY: demo test check browser screenshots clean

demo: $(VENV)/.installed
	@$(BIN)/consensus demo $(ARGS)

# Lint, format, types and the direction of imports are tests too: tests/test_house.py. Three at a time: many wait for servers.
test: $(VENV)/.tested browser
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

# The same tools one by one, for a quick look.
check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A browser for the tests marked `browser`: one that is there, else Debian's (as root), else Playwright's own.
browser: $(VENV)/.tested
	@$(BIN)/python -m tests.e2e.browser

screenshots: browser
	$(BIN)/python -m tests.e2e.screenshots docs/images

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made: on Debian and Ubuntu, install python3-venv." >&2; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml $(CONSTRAINTS)
	@echo "Installing into $(VENV) …" >&2
	@$(PIP) --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.made pyproject.toml $(CONSTRAINTS)
	@echo "Installing into $(VENV), with what the tests need …" >&2
	@$(PIP) --editable '.[test]'
	@touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
