# One-line aliases of tasks.py, which also serves systems without make.
PYTHON ?= python3

.PHONY: run serve test check bench lock
run: ; @$(PYTHON) tasks.py run
serve: ; @$(PYTHON) tasks.py serve
test: ; @$(PYTHON) tasks.py test
check: ; @$(PYTHON) tasks.py check
bench: ; @$(PYTHON) tasks.py bench
lock: ; @$(PYTHON) tasks.py lock
