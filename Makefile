# The developer's verbs; CONTRIBUTING.md says when to use which. They need the README's test installation in .venv.
PYTEST = .venv/bin/pytest
TWO_CORES = -n 2 --dist loadfile
MEASURED = not slow and not office and not faults and not fuzz
FAST = $(MEASURED) and not whole

LEAST_COVERAGE = 95

.PHONY: test test-fast coverage golden lint

test:
	$(PYTEST) $(TWO_CORES)

test-fast:
	$(PYTEST) $(TWO_CORES) -m "$(FAST)" --ignore=tests/slow

# The fast tests and those of whole workbooks: measuring doubles their time.
coverage:
	$(PYTEST) -q $(TWO_CORES) -m "$(MEASURED)" --cov=workbook --cov-report=term:skip-covered --cov-fail-under=$(LEAST_COVERAGE)

# Samples first, because the goldens and the reference are made of them; then every test that keeps a golden file.
golden: export WORKBOOK_UPDATE_GOLDEN = 1
golden:
	$(PYTEST) -q tests/test_samples.py
	$(PYTEST) -q $(TWO_CORES) $$(grep -rlE --include='test_*.py' 'WORKBOOK_UPDATE_GOLDEN|help.sections' tests)

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
