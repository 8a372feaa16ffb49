PORT ?= 8000
PYTHON ?= python3
JOBS ?= 2
PO := roundtable/translations/de/LC_MESSAGES/messages.po
IN := .venv/bin/
PIP := $(IN)python -m pip --quiet --disable-pip-version-check install

EXTRACT = $(IN)pybabel --quiet extract --mapping-file pyproject.toml --keywords '_l lazy_gettext' \
  --no-location --sort-output --no-wrap --output build/messages.pot .
UPDATE = $(IN)pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date \
  --input-file build/messages.pot --output-file $(PO) --locale de
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml

.PHONY: demo test check messages bench wheel lock
.DELETE_ON_ERROR:
.NOTPARALLEL:

demo: .venv/.run $(PO:.po=.mo)
	@exec $(IN)roundtable demo --port $(PORT)

# Few at a time: so the long ones, which come first, do not queue behind each other.
test: .venv/.develop $(PO:.po=.mo)
	$(IN)pytest -n $(JOBS) --maxschedchunk 2

check: .venv/.develop
	$(IN)ruff format --check .
	$(IN)ruff check .
	$(IN)mypy
	$(IN)lint-imports
	$(IN)djlint --lint templates
	$(IN)deptry .
	@mkdir -p build
	$(EXTRACT)
	$(UPDATE) --check
	$(IN)python hatch_build.py

# Collects every sentence and adds new ones, empty, to the German catalogue: translate them there.
messages: .venv/.develop
	@mkdir -p build
	$(EXTRACT)
	$(UPDATE)

bench: .venv/.develop $(PO:.po=.mo)
	$(IN)python -m bench
	$(IN)python -m bench.letters

wheel: .venv/.develop
	$(IN)python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

# Pins every version anew, with checksums; needs uv.
lock:
	uv pip compile --quiet --upgrade $(LOCK) --group build --output-file requirements.lock
	uv pip compile --quiet --upgrade $(LOCK) --group build --group dev --constraints requirements.lock --output-file requirements-dev.lock

%.mo: %.po | .venv/.run
	$(IN)python hatch_build.py

.venv/.run: requirements.lock pyproject.toml hatch_build.py | .venv/bin/pip
	@echo "Installing what roundtable runs on (once)…"
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.develop: requirements-dev.lock .venv/.run
	@echo "Installing what roundtable is tested with (once)…"
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Please install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Roundtable needs Python 3.11 or newer; this one is `$(PYTHON) --version`." >&2; \
	  echo "Install a newer one and name it, for example: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
