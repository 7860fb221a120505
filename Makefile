# The two commands that matter: `make run` and `make test`. Both start from a bare clone and
# need Python 3.11 or later, make and a package index. Variables are those of
# config/defaults.env, for example: make run PORT=8001 KH_HOME=/srv/kh

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test bench chaos env tools lock

# The first that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)

# In production nothing is demonstrated; see config/defaults.env.
DEMO := $(if $(filter production,$(KH_ENV)),0,1)

CATALOGUES := $(wildcard app/i18n/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

# Programs that the tests use and Debian's packages that hold them.
TOOLS := chromium:chromium pdftotext:poppler-utils zbarimg:zbar-tools

help:
	@echo "make run    serve everything on http://127.0.0.1:8000 (PORT=… KH_HOME=… change it)"
	@echo "make test   lint, types, import contracts, all tests, browser tests too"
	@echo "make bench  measure what the README claims"
	@echo "make chaos  storm the running product while killing its parts"
	@echo "make env    only set up .venv"

run: .venv/.installed $(COMPILED)
	@KH_DEMO="$${KH_DEMO:-$(DEMO)}" exec .venv/bin/python -m config.local.stack

test: env tools
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@exec .venv/bin/pytest -n 2 $(TESTS)

bench: env
	@exec .venv/bin/python -m bench

chaos: env
	@exec .venv/bin/python -m bench.chaos $(CHAOS)

env: .venv/.installed-dev $(COMPILED)

# --- The environment, from lock files with hashes; a second run finds the stamps and is instant

.venv/.installed: requirements.lock | .venv/.place
	@$(call install,requirements.lock)
	@touch $@

.venv/.installed-dev: requirements-dev.lock requirements.lock | .venv/.place
	@$(call install,requirements-dev.lock)
	@touch .venv/.installed $@

# uv installs five times faster than pip. When it is neither on PATH nor to be had, pip does it.
.venv/.place:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none was found." \
		"Install it, or name it: make run PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up .venv with $$($(PYTHON) --version)"
	@if command -v uv >/dev/null; then \
		UV_PYTHON_DOWNLOADS=never uv venv --quiet --allow-existing --python "$(PYTHON)" .venv; \
	else \
		"$(PYTHON)" -m venv .venv \
		&& { $(call pip,requirements-uv.lock) 2>/dev/null || echo "uv is not to be had; using pip"; }; \
	fi
	@echo "$(CURDIR)" >$@

install = if uv="$$(command -v .venv/bin/uv || command -v uv)"; then \
		"$$uv" pip install --quiet --python .venv/bin/python --compile-bytecode \
		--no-deps --require-hashes -r $(1); \
	else $(has_pip) && $(call pip,$(1)); fi

# An environment that uv made has no pip.
has_pip = { .venv/bin/python -m pip --version || .venv/bin/python -m ensurepip; } >/dev/null 2>&1

pip = .venv/bin/python -m pip install --quiet --disable-pip-version-check \
	--no-deps --require-hashes -r $(1)

# A checkout that was moved has programs that point to the old place: begin anew.
ifneq ($(wildcard .venv/.place),)
ifneq ($(shell cat .venv/.place),$(CURDIR))
$(shell rm -rf .venv)
endif
endif

%.mo: %.po .venv/.installed
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@

# --- Programs of the system that the tests use

tools:
	@missing=""; for tool in $(TOOLS); do \
		command -v "$${tool%%:*}" >/dev/null || missing="$$missing $${tool##*:}"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	command="apt-get install --yes --no-install-recommends$$missing"; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "The tests need$$missing. On Debian: sudo $$command" >&2; exit 1; fi; \
	echo "Installing$$missing for the tests"; \
	export DEBIAN_FRONTEND=noninteractive; \
	log="$$(mktemp)"; \
	{ apt-get update && $$command; } >"$$log" 2>&1 || { cat "$$log" >&2; exit 1; }; \
	rm -f "$$log"

# --- New versions of what we depend on, within the bounds of pyproject.toml

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

lock:
	@$(LOCK) pyproject.toml --output-file requirements.lock $(LOCK_OPTIONS)
	@$(LOCK) pyproject.toml --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock $(LOCK_OPTIONS)
	@echo uv | $(LOCK) --no-annotate --output-file requirements-uv.lock $(LOCK_OPTIONS) -
