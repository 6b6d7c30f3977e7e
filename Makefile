# Passavant. A newcomer needs two commands: `make run` and `make test`.
# Everything lives in .venv; no variable has to be set and no environment has to be active.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up
PAGE := src/passavant/web/static/seal/index.html
UV_OPTIONS := --universal --python-version 3.11 --fork-strategy fewest --only-binary :all: --exclude-newer "7 days"

.PHONY: setup page run test prove check bench docs lock
setup: $(STAMP) ## make .venv from the lock; again only when the lock or pyproject.toml changed
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Passavant needs Python 3.11 or newer; \
	$(PYTHON) is $$($(PYTHON) --version 2>&1). Next step: install one, then run make PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip check --quiet --disable-pip-version-check
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
page: $(PAGE) ## what browsers get, built from frontend/, and the portal's French catalogue, compiled
$(PAGE): $(STAMP) tools/build_page.py $(wildcard frontend/*.* frontend/src/*/* src/passavant/portal/locale/*/*/*.po)
	$(BIN)/python tools/build_page.py
run: setup page ## the demonstration: a day made, cleared, explained, reported
	@$(BIN)/passavant demo
test: setup page ## every test but the long proofs
	@$(BIN)/python -m pytest -n 2 --dist loadfile
prove: setup page ## the long proofs
	@$(BIN)/python -m pytest -m long -n 2 --dist loadfile && $(BIN)/python -m pytest -m prove
check: setup ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
bench: setup page ## every benchmark, one after the other
	@set -e; for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python "$$script"; done
docs: setup ## the generated pages of docs/reference
	$(BIN)/python -m passavant.dataset.documentation docs/reference
lock: setup ## recompile requirements.lock (newer versions: make lock UPGRADE=--upgrade)
	$(BIN)/uv pip compile pyproject.toml --extra dev $(UV_OPTIONS) $(UPGRADE) --generate-hashes --no-emit-index-url \
	  --no-header --quiet --output-file requirements.lock
