# The two commands: `make demo` and `make test`. Both set up everything they need in a virtual environment of their own.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?=

.PHONY: demo test check screenshots clean

demo: $(VENV)/.installed
	$(BIN)/consensus demo $(ARGS)

test: $(VENV)/.tested browser
	$(BIN)/python -m pytest $(ARGS)

# What `make test` runs as tests too (tests/test_house.py), one by one.
check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: $(VENV)/.tested browser
	$(BIN)/python -m tests.e2e.screenshots docs/images

# A browser for the tests marked `browser`: one that is there, else Debian's (as root), else Playwright's own.
.PHONY: browser
browser: $(VENV)/.tested
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium; } >&2 \
	|| $(BIN)/python -m playwright install chromium >&2 \
	|| echo "No browser could be had: the tests that drive one are skipped." >&2

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache
