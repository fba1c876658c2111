# What a newcomer needs: `make run` to see it, `make test` to trust it. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
WORKERS ?= 2
# Servers that do not start must stop the tests: without them all would run, and pass, on the embedded engines.
ON_SERVERS = @exports="$$($(PYTHON) -m tests.engines.services start --only postgresql redis)" && eval "$$exports" &&
APT = apt-get -o DPkg::Lock::Timeout=300 -qq

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

$(VENV)/product: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/develop: requirements-dev.lock $(VENV)/product
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/product ## start the product with demo data on http://127.0.0.1:8000
	@$(MANAGE) prepare
	@exec $(MANAGE) serve

test: ## all tests on the embedded engines, and those for engines on PostgreSQL, Redis and Elasticsearch
	$(MAKE) --no-print-directory test-embedded
	$(MAKE) --no-print-directory test-engines

test-embedded: $(VENV)/develop browser imap ## all tests on the embedded engines
	$(BIN)/python -m pytest -n $(WORKERS) -q -m "not elasticsearch"

test-engines: $(VENV)/develop ## the tests marked for engines, on PostgreSQL, Redis and Elasticsearch
	$(ON_SERVERS) $(BIN)/python -m pytest -q -m "engines or elasticsearch"

test-engines-all: $(VENV)/develop browser imap ## all tests on PostgreSQL and Redis, those of Elasticsearch too
	$(ON_SERVERS) $(BIN)/python -m pytest -n $(WORKERS) -q

check: $(VENV)/develop gettext ## lint, types, contracts, templates, migrations, mails, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check --dry-run -v0
	$(MANAGE) compilemail --check
	$(BIN)/python -m tests.translations
	DEMO=0 BASE_URL=https://contactpunt.example $(MANAGE) check --deploy --fail-level WARNING

services: ## start PostgreSQL, Redis and Elasticsearch for tests and benches; prints what to export
	@$(PYTHON) -m tests.engines.services start

services-stop: ## stop them
	@$(PYTHON) -m tests.engines.services stop

bench: $(VENV)/develop ## measure on PostgreSQL with fsync on
	@$(BIN)/python -m tests.bench

shell: $(VENV)/product ## Django's shell
	@$(MANAGE) shell

gettext:
	@command -v xgettext >/dev/null || { [ "$$(id -u)" = 0 ] && $(APT) update && $(APT) install -y gettext; }

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && $(APT) update && $(APT) install -y chromium; } || true

imap:
	@command -v dovecot >/dev/null || { [ "$$(id -u)" = 0 ] && $(APT) update && $(APT) install -y dovecot-imapd; } || true

messages: $(VENV)/develop ## collect the texts of the interface and compile their Dutch
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemessages -l nl_BE --no-obsolete --no-location --ignore=tests --ignore=docs --ignore=var
	msgcat --sort-output --no-wrap -o locale/nl_BE/LC_MESSAGES/django.po locale/nl_BE/LC_MESSAGES/django.po
	msgfmt --check -o locale/nl_BE/LC_MESSAGES/django.mo locale/nl_BE/LC_MESSAGES/django.po

lock: ## resolve the requirements anew
	uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 requirements/product.in -o requirements.lock
	uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 requirements/develop.in -o requirements-dev.lock
	uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 requirements/embedder.in -o requirements-embedder.lock

.PHONY: help run test test-embedded test-engines test-engines-all check services services-stop bench shell browser imap gettext messages lock
