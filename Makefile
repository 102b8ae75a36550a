# make run: set up and serve. make test: set up and pass every test. make test-postgres: those of counting, on a PostgreSQL. Everything lives in .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
OLD := import sys; sys.exit("Right Door needs Python 3.11 or later, and this is " + sys.version.split()[0] + ". Set PYTHON=python3.x." if sys.version_info < (3, 11) else 0)

.PHONY: run test test-postgres words lint check lock licences audit pictures bench clean

run: .venv/words
	@$(BIN)/right-door serve

test: .venv/ready-to-test .venv/words lint
	$(BIN)/python -m tests.equip
	$(BIN)/python -m pytest

test-postgres: .venv/ready-to-test .venv/words
	$(BIN)/python -m tests.postgres
	$(BIN)/python -m pytest --store=postgres

lint: .venv/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# After a change of words on screen: take them into every catalogue, empty until somebody translates them.
words: .venv/ready
	$(BIN)/right-door words

check: .venv/words
	@$(BIN)/right-door check

pictures: .venv/ready-to-test .venv/words
	$(BIN)/python -m tests.equip
	$(BIN)/python -m tests.pictures

# Takes a while, and wants a quiet machine. One part: .venv/bin/python -m bench weights
bench: .venv/ready-to-test .venv/words
	$(BIN)/python -m tests.equip
	$(BIN)/python -m bench

lock: .venv/ready-to-test
	$(INSTALL) pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header --no-annotate -o requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header --no-annotate --extra postgresql -c requirements.txt -o requirements-postgresql.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header --no-annotate --allow-unsafe --extra test -c requirements.txt -o requirements-test.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header --no-annotate --allow-unsafe --extra audit -c requirements.txt -o requirements-audit.txt pyproject.toml

licences: .venv/ready-to-test
	$(BIN)/python -m tests.licences

# Whether an advisory names what a deployment installs. Says so where it cannot ask.
audit: .venv/ready
	@$(BIN)/python -m tests.audit

clean:
	rm -rf .venv

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c '$(OLD)'
	@echo "Setting up in .venv (once, and when the list of packages changes)"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes --requirement requirements.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

.venv/words: .venv/ready $(wildcard pwa/translations/*/LC_MESSAGES/messages.po)
	@$(BIN)/right-door words --compile
	@touch $@

.venv/ready-to-test: .venv/ready requirements-test.txt
	@$(INSTALL) --require-hashes --requirement requirements-test.txt
	@touch $@
