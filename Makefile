# Every target builds what it needs; the second time is quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO ?= zonewatch-demo
JOBS ?= auto
# The tests begin the program some hundred times; what is compiled once need not be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check format accuracy torture bench race audit docs clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "zonewatch needs Python 3.11 or newer: $(PYTHON) was not found (set PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "zonewatch needs Python 3.11 or newer: this is $$($(PYTHON) -V)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "zonewatch needs Python's venv module: install your system's python3-venv package" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing zonewatch into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt hatchling
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-build-isolation --editable '.[dev,postgresql]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/zonewatch demo --out $(DEMO)

test: $(STAMP)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# General extractors to compare with: a venv of their own, so that nothing of theirs reaches the program.
PEERS := .venv-accuracy
$(PEERS)/.installed: pyproject.toml constraints.txt benchmarks/peers.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check hatchling
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable .
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/peers.txt
	@touch $@

accuracy: $(PEERS)/.installed
	@$(PEERS)/bin/python -W ignore -m benchmarks.accuracy
	@$(PEERS)/bin/zonewatch backtest

# The full sizes of the hard tests, too long for every change.
torture: $(STAMP)
	@$(BIN)/python -m benchmarks.link_years
	@$(BIN)/python -m benchmarks.kill_torture
	@$(BIN)/python -m benchmarks.daemon_year
	@$(BIN)/python -m benchmarks.desk
	@ZONEWATCH_TEST_FULL=1 $(BIN)/python -m pytest --quiet tests/browser/test_hostile_desk.py tests/hostile/test_hostile_server.py -k "test_hostile_desk or at_once"
	@$(BIN)/python -m benchmarks.warc_flips
	@$(BIN)/python -m benchmarks.daemon_kills
	@$(BIN)/python -m benchmarks.choking
	@$(BIN)/python -m benchmarks.workers
	@$(BIN)/python -m benchmarks.namespaces

# Speed: one page's reading, a pass beside its peers, how cost grows with sources and with visits.
bench: $(STAMP) race
	@$(BIN)/python -m benchmarks.reading
	@$(BIN)/python -m benchmarks.growth
	@$(BIN)/python -m benchmarks.store

# Other monitors to race against: a venv of their own for this one command.
FIELD := .venv-peers
$(FIELD)/.installed: benchmarks/field/peers.txt
	@test -x $(FIELD)/bin/python || $(PYTHON) -m venv $(FIELD)
	@echo "installing the other monitors into $(FIELD)" >&2
	@$(FIELD)/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/field/peers.txt
	@touch $@

race: $(STAMP) $(FIELD)/.installed
	@$(BIN)/python -m benchmarks.passes --peers $(FIELD)/bin

# Whether anything pinned has a known hole; says so where the service cannot be asked (Error 75).
AUDIT := .venv-audit
$(AUDIT)/.installed: $(STAMP)
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9' || { echo "not audited: pip-audit cannot be installed from here" >&2; exit 75; }
	@touch $@

audit: $(AUDIT)/.installed
	@$(BIN)/python -m benchmarks.audit $(AUDIT)/bin/pip-audit

# The pages that are made from the program itself.
docs: $(STAMP)
	@$(BIN)/python -m zonewatch.reference > docs/configuration.md

clean:
	rm -rf $(VENV) $(PEERS) $(FIELD) $(AUDIT) build dist
