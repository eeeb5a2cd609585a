# What a person types here: make demo, make test, make check. `make` alone lists them.
PYTHON ?= python3
ARGS ?= -n 2 --dist worksteal
CONTACTS ?= 2000
FOLDER ?= var/ux-$(CONTACTS)
BIN := .venv/bin

.PHONY: help setup setup-test demo ready test check bench differential mutants pace pictures ux faults load soak trust sbom lock

help:
	@echo "make demo    set up and open the service with invented people on http://127.0.0.1:8000"
	@echo "make test    set up and run every test, on both databases and in a real browser"
	@echo "make check   style, types and the direction of imports"
	@echo "make bench   time the rules beside the engines councils could use instead, and run a replay on Spark; BENCH_ARGS=--write for README.md"
	@echo "             BENCHES=replay for replay beside other engines, on the history of the database in MASH_FOLDER"
	@echo "make differential   200,000 invented children under 20 random versions, against a second reading of the format"
	@echo "make mutants        break mash/rules in every small way and see which breaks the tests miss; MODULES='facts steps'"
	@echo "             for those again, without it for what has not been tried or was missed"
	@echo "make pace    time the queue beside a bare page, and twelve people at work, on the database in MASH_FOLDER"
	@echo "make ux      count the clicks, keys and page loads of the day's tasks against their budgets, in a real browser;"
	@echo "             CONTACTS=250000 for a database of that size, FOLDER=… for one made before, UX_ARGS=--write for README.md"
	@echo "make pictures   keep a picture of every page, empty, full and refused, in light, dark and print, in var/pictures"
	@echo "make faults  kill, cut, break and abuse it for two hours on both databases, and count what it survived; FAULTS_MINUTES=10"
	@echo "make load    40 requests a second for 30 minutes, how long answers took; make soak: 10 a second for four hours"
	@echo "make trust   run the tests behind every check of SECURITY.md, and write their results there"
	@echo "make sbom    write what the service is made of, as CycloneDX"
	@echo "make setup   only set up what the service runs on, in .venv"
	@echo "make lock    renew .lock from pyproject.toml, after changing a pin there"
	@echo "Choose another Python with PYTHON=python3.13; pass pytest's own arguments with ARGS='-k clocks'."

setup:
	@.ci/set-up run "$(PYTHON)"

setup-test:
	@.ci/set-up test "$(PYTHON)"

demo: setup
	@$(BIN)/mash demo --serve

ready: setup-test
	@.ci/needs

test: ready
	@$(BIN)/python -m pytest $(ARGS)

check: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Each names a module of tests/bench; a new bench is one more word.
BENCHES ?= rules spark

bench:
	@.ci/set-up bench "$(PYTHON)"
	@for bench in $(BENCHES); do .venv-bench/bin/python -m tests.bench.$$bench $(BENCH_ARGS) || exit 1; done

differential: setup-test
	@$(BIN)/python -m tests.rules.test_differential

mutants:
	@.ci/set-up bench "$(PYTHON)"
	@HYPOTHESIS_PROFILE=brief PATH="$(CURDIR)/.venv-bench/bin:$$PATH" python -m tests.rules.mutants --types $(MODULES)

pace: ready
	$(BIN)/python -m tests.bench.pace --write $(PACE)

ux: ready
	@$(BIN)/python -m tests.bench.ux --contacts $(CONTACTS) --folder $(FOLDER) $(UX_ARGS)

pictures: ready
	@MASH_PICTURES=var/pictures $(BIN)/python -m pytest -n 2 tests/browser -k "promise or form_with_problems"

# Each is long; FAULTS_MINUTES=10 scales the first, MINUTES=… the others.
FAULTS_MINUTES ?= 120
MINUTES ?= 30

faults: ready
	@FAULTS_MINUTES=$(FAULTS_MINUTES) $(BIN)/python -m tests.faults.run_all $(RUNS)

load: ready
	@$(BIN)/python -m tests.faults.load --minutes $(MINUTES)

soak: ready
	@$(BIN)/python -m tests.faults.load --minutes 240 --rate 10

trust: ready
	@$(BIN)/python -m tests.trust

sbom: setup
	@$(BIN)/mash sbom

lock:
	.lock/update.sh
