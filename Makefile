# make demo   shows the running product with a fictional county
# make test   runs the tests
# Both do all of their own set-up in .venv; see README.md for the rest.

PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(JOBMATCH_DATA_DIR),var)
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check format bench clean words

help:
	@sed -n 's/^# //p' Makefile

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Name another with PYTHON=python3.11" >&2; exit 2; }
	@echo "Setting up $(VENV) (about two minutes, once) …" >&2
	@$(PYTHON) -m venv $(VENV) >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . >&2
	@touch $@

demo: setup
	@$(BIN)/jobmatch demo build
	@exec $(BIN)/jobmatch serve --port $(PORT)

serve: setup
	@exec $(BIN)/jobmatch serve --port $(PORT)

test: setup
	@$(BIN)/python -m pytest -n auto

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/core/test_migrations.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m ml.evaluate occupations
	$(BIN)/python -m ml.evaluate titles
	$(BIN)/python -m ml.evaluate titles --semantic
	$(BIN)/python -m ml.evaluate ranking --part report
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m ml.bench
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m ml.bench --postings 100000
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m jobmatch.cli.bench
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m jobmatch.cli.bench_apply

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache *.egg-info

words: setup
	$(BIN)/pybabel extract --mapping-file pyproject.toml --no-location --sort-output --omit-header \
	  --keyword N_ --keyword _ --keyword gettext --keyword ngettext:1,2 --output jobmatch/translations/messages.pot jobmatch recruiters training ml
	$(BIN)/pybabel update --no-fuzzy-matching --ignore-obsolete --omit-header \
	  --input-file jobmatch/translations/messages.pot --output-dir jobmatch/translations --locale en
	rm jobmatch/translations/messages.pot

# make security   proves the goals of security with full counts (hours); make security QUICK=1 with the usual ones
security: setup $(if $(QUICK),,security-tools)
	@$(BIN)/python -m tests.security $(if $(QUICK),--quick)

security-tools: $(VENV)/security/.ready

$(VENV)/security/.ready:
	@$(PYTHON) -m venv $(VENV)/security >&2
	@$(VENV)/security/bin/python -m pip install --quiet --disable-pip-version-check detect-secrets==1.5.0 schemathesis==4.32.5 atheris==3.0.0 mutmut==3.8.1 >&2
	@touch $@

# make faults     tries kills, power cuts, full disks and storms with full counts (an hour); make faults QUICK=1 the usual ones
faults: setup
	@$(BIN)/python -m tests.faults $(if $(QUICK),--quick)

# make deploy-check   starts both set-ups of docs/deploy here, with nginx, PostgreSQL and Redis, and tries them (as root)
deploy-check: setup
	@$(BIN)/python -m tests.deploy.exercise

# make browser    looks at every page in a browser with axe and prints a line for each (QUICK=1: two looks a page); needs npm
browser: setup
	@npm ci --prefix tests/browser --silent
	@$(BIN)/python -m tests.browser $(if $(QUICK),--quick)

licences: setup
	@$(BIN)/python -m tests.security --licences

sbom: setup
	@$(BIN)/python -m tests.security --sbom sbom.json
	@echo "sbom.json holds every package with its hashes (CycloneDX 1.6)" >&2
.PHONY: security security-tools deploy-check faults browser licences sbom
