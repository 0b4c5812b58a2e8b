# Everything from a fresh clone: `make run` and `make test` need python3 (3.11 or
# newer, with venv) and make; the first of them fetches the locked tools into .venv.

VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := scenarios/data/voorbeeld
OUT := out/voorbeeld
# Compiled code is kept, so that no time limit of a later run pays for it: that of the
# pricing on one core and, beside it, that of all packages on another.
FIRST_SOLVE := "from pathlib import Path; import matcher; \
	matcher.solve_dataset(matcher.read_dataset(Path('tests/data/samples/a')), \
	params=matcher.SolveParams(gap=0.0))"

IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" $(IS_NEW_ENOUGH) 2>/dev/null && echo "$$python" && break; done)
endif
ifeq ($(PYTHON),)
PYTHON := python3
endif

.DEFAULT_GOAL := help
.PHONY: help run serve test test-slow lint bench audit sbom clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

run: $(VENV)/installed ## solve the example region, verify the plan, write the report
	$(BIN)/matcher solve $(EXAMPLE) --out $(OUT) --gap 0.001
	$(BIN)/matcher verify $(EXAMPLE) $(OUT)
	@echo
	@echo "Open $(OUT)/report.html in a browser."
	@echo "Then try:"
	@echo "  $(BIN)/matcher check $(EXAMPLE)"
	@echo "  $(BIN)/matcher template out/leeg.xlsx"
	@echo "  $(BIN)/matcher generate out/limburg --learners 60 --seed 7 --extent provincie:Limburg"
	@echo "  $(BIN)/matcher check YOUR_FOLDER"

serve: $(VENV)/installed ## serve the example region at http://127.0.0.1:8000
	MATCHER_FOLDER=out/service MATCHER_SECURE_COOKIES=false \
		$(BIN)/matcher-service serve --region $(EXAMPLE)

test: lint ## check the code, then run all tests but the slow ones
	$(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile

test-slow: $(VENV)/installed ## run the slow tests
	$(BIN)/pytest -m slow

lint: $(VENV)/installed ## check form, types, floors and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find src service benchmarks tests -name '*.py' -print0 | \
		xargs -0 $(BIN)/codespell --config tests/house/codespell.cfg

bench: $(VENV)/installed ## measure speed and quality
	$(BIN)/pytest benchmarks -p no:randomly -p no:xdist

audit: $(VENV)/installed ## look up known weaknesses of the locked packages
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

sbom: $(VENV)/installed ## list all packages with their versions (CycloneDX)
	@mkdir -p out
	$(BIN)/cyclonedx-py requirements requirements.lock --output-file out/sbom.json

clean: ## remove what was made, but not the tools in .venv
	rm -rf out build dist .coverage .benchmarks .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# Stamps: each step again only when what it depends on is newer.
$(VENV)/made:
	@"$(PYTHON)" $(IS_NEW_ENOUGH) || { \
		echo "Found no python3 of version 3.11 or newer. Install one, or name it:"; \
		echo "make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; } >&2
	@"$(PYTHON)" -c 'import ensurepip, venv' || { \
		echo "$(PYTHON) cannot make virtual environments. Install its module venv"; \
		echo "(Debian, Ubuntu: apt install python3-venv)."; exit 1; } >&2
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

# The lock names every package, so pip has nothing to resolve: with --no-deps a newer
# release of a package that another asks for with an extra cannot turn up. Python files
# are compiled later, beside the pricing.
$(VENV)/locked: requirements.lock $(VENV)/made
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/installed: pyproject.toml $(VENV)/locked
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@echo "Compiling the pricing once; this takes about a minute."
	@$(BIN)/python -m compileall -q $(VENV)/lib src service >/dev/null & \
		$(BIN)/python -c $(FIRST_SOLVE) && { wait $$! || true; }
	@touch $@
