# `make test` and `make demo` need Python >= 3.11, npm and bubblewrap; all else they bring themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MODEL ?= embedded/qwen2.5-coder-0.5b
LOGS ?= logs/demo
# The shorter fixtures: five minutes on two cores are enough for these.
FIXTURES ?= badge-props,simple-component,options-to-composition,generic-list,design-system,typed-emits-composable

# Much of a test is waiting: one process more than there are cores, at most four.
PROCESSES := $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 4 ? n + 1 : 4)))
PYTEST := pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

.PHONY: setup test lint types docs unit others demo constraints clean

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@command -v npm >/dev/null || { echo "Node with npm is needed: apt-get install nodejs npm, or https://nodejs.org/en/download"; exit 1; }
	@command -v bwrap >/dev/null || echo "What models write runs in bubblewrap, which is missing: apt-get install bubblewrap"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is needed: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt --editable . --group dev
	@touch $@

test: setup lint types docs unit others

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
	$(BIN)/$(PYTEST)

# The other supported versions of Python that the machine has, each with what is neither slow nor needs a model.
others: $(foreach version,3.12 3.13,$(if $(shell $(PYTHON) -c 'import sys; sys.exit(sys.version.startswith("$(version)."))' && python$(version) -c "" 2>/dev/null && echo found),unit-$(version)))

unit-%: setup
	@test -x .venv-$*/bin/python || python$* -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable . --group dev
	.venv-$*/bin/$(PYTEST) -m "not slow and not model"

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
	rm -rf $(VENV) .venv-* dist build site .cache .pytest_cache .ruff_cache .hypothesis
