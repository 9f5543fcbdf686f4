# Everything there is to do with foedus, on any machine with python3 (3.11 or later) and make.
#
#   make brief          answer the Paris summit of February 2025 into out/
#   make test           check, then run all tests
#   make test-thorough  the properties again, each on hundreds of new examples (half an hour)
#   make test-browser   only the tests that open reports in the Chromium that is on the machine
#   make check          lint, formatting, types, import rules, docs
#   make docs           build the pages into site/
#   make bench          run the benchmarks
#
# Each makes its own environment in .venv first: the exact versions of requirements.lock, as wheels.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# The documentation theme would otherwise print news of its own.
export NO_MKDOCS_2_WARNING := 1
# Programs that tests start would otherwise compile every module again where this is set.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: brief test test-thorough test-browser check docs bench

brief: $(READY)
	$(BIN)/foedus brief paris-2025 --out out

test: check
	$(BIN)/python -m pytest -n 2

# Draws examples by chance: what it finds is printed with what repeats it.
test-thorough: $(READY)
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n 2 tests/engines tests/ensemble tests/scenario

# Part of `make test` too, which says at its end when there is no browser; this fails then.
test-browser: $(READY)
	FOEDUS_BROWSER_REQUIRED=1 $(BIN)/python -m pytest tests/browser

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory docs

# Not with --quiet: mkdocs then counts no warning, and --strict has nothing to fail on.
docs: $(READY)
	$(BIN)/mkdocs build --strict --site-dir site

bench: $(READY)
	@found=; for script in benchmarks/*.py; do \
	  [ -e "$$script" ] || continue; found=yes; \
	  printf '\n%s\n' "$$script"; $(BIN)/python "$$script" || exit 1; \
	done; [ -n "$$found" ] || { echo 'make: benchmarks/ holds no script' >&2; exit 1; }

# Wheels only, so that no compiler is needed. pip names the index it asks when something fails:
# its words are kept back until then, and the address is taken out of them.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'make: $(PYTHON) not found. Install Python 3.11 or later, or say make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: $$($(PYTHON) --version) is too old. foedus needs 3.11 or later: say make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'make: this Python cannot make environments. Install its venv package (on Debian: python3-venv).' >&2; exit 1; }
	@echo 'make: installing the locked packages into .venv (minutes the first time)'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
	     --require-hashes -r requirements.lock \
	   && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
	     --no-build-isolation -e . ; } >.venv/pip.log 2>&1 || { \
	  sed -e 's#[a-z+]*://[^[:space:],)]*#(address)#g' -e "s#host='[^']*'#host=(address)#g" .venv/pip.log >&2; \
	  rm -f .venv/pip.log; echo 'make: the packages could not be installed; see above' >&2; exit 1; }
	@rm -f .venv/pip.log
	@touch $@
