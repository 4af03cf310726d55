# `make test` and `make demo` need Python >= 3.11, npm and bubblewrap; all else they bring themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MODEL ?= embedded/qwen2.5-coder-0.5b
LOGS ?= logs/demo
# The shorter fixtures: five minutes on two cores are enough for these.
FIXTURES ?= badge-props,simple-component,options-to-composition,generic-list,design-system,typed-emits-composable

.PHONY: setup test lint types docs unit demo constraints clean

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@command -v npm >/dev/null || { echo "Node with npm is needed: apt-get install nodejs npm, or https://nodejs.org/en/download"; exit 1; }
	@command -v bwrap >/dev/null || echo "What models write runs in bubblewrap, which is missing: apt-get install bubblewrap"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is needed: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt --editable . --group dev
	@touch $@

test: setup lint types docs unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/inspect-evals-lint --all
	$(BIN)/hadolint Dockerfile

types: setup
	$(BIN)/basedpyright

docs: setup
	$(BIN)/zensical build --strict --clean

unit: setup
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

demo: setup
	$(BIN)/inspect eval tasks/vue_refactor.py --model $(MODEL) --log-dir $(LOGS) --max-tokens 1024 -T fixtures=$(FIXTURES)
	$(BIN)/llmbench report $(LOGS)

# Versions are chosen anew: in a fresh environment, without the constraints.
constraints:
	rm -rf $(VENV)/fresh && $(PYTHON) -m venv $(VENV)/fresh
	$(VENV)/fresh/bin/pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(VENV)/fresh/bin/pip install --quiet --disable-pip-version-check --editable . --group dev --group bench
	$(VENV)/fresh/bin/pip freeze --exclude-editable --exclude pip > constraints.txt
	rm -rf $(VENV)/fresh

clean:
	rm -rf $(VENV) dist build site .cache .pytest_cache .ruff_cache .hypothesis
