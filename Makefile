# Beffroi: every command a newcomer needs. `make` alone lists them.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The Node of requirements/node.txt, where one was needed, stands in .venv/bin.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

INSTALL := .venv/bin/python -m pip install --quiet --require-hashes --no-build-isolation --use-pep517
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/pip-compile --quiet --generate-hashes \
	--no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe $(if $(UPGRADE),--upgrade)
SUITE := .venv/bin/python -m pytest -n 2 --dist loadgroup

.PHONY: help run test test-all services check bench upgrade rollback ready lock assets catalogues clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: .venv/.run .venv/.catalogues assets ## start the platform on http://127.0.0.1:8000 with a demo set (first start: a minute or two)
	@exec .venv/bin/beffroi run

test: .venv/.test .venv/.catalogues assets ## everything that needs no service and no browser, on SQLite
	@$(SUITE) -m "not service and not browser and not slow"

test-all: test node_modules/.all ## every test: those of `test`, then with services and a browser, then on PostgreSQL
	@$(SUITE) -m "service or browser or slow"
	BEFFROI_TEST_DATABASE=postgresql $(SUITE) -m "not browser and not slow"

services: ## install what test-all needs of the system: Chromium, PostgreSQL, Redis, Java (Debian, Ubuntu)
	@tools/install_services.sh

check: .venv/.test .venv/.catalogues node_modules/.all assets ## style, types, layers, templates, scripts, catalogues, migrations
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --quiet --lint templates
	node_modules/.bin/tsc --project .
	.venv/bin/python tools/catalogues.py check
	tools/check_migrations.sh

bench: .venv/.test .venv/.catalogues node_modules/.all assets ## measure against the targets; SCALE=tiny|small|year1|year3|stress, DATABASE=postgresql, ENGINE=fts5
	@.venv/bin/python -m tests.bench --scale $(or $(SCALE),small) --database $(or $(DATABASE),sqlite) --engine $(or $(ENGINE),auto)

upgrade: ## put the code of TO (a tag, by default the newest of this branch) here and bring the platform to it, with a backup
	@git fetch --tags --quiet
	git rev-parse HEAD > .former-code
	if [ -n "$(TO)" ]; then git checkout --quiet "$(TO)"; else git pull --ff-only --quiet; fi
	$(MAKE) ready
	.venv/bin/beffroi upgrade

rollback: ## put the code of before the last upgrade back, and the platform with it
	@git checkout --quiet "$$(cat .former-code)"
	$(MAKE) ready
	.venv/bin/beffroi rollback

ready: .venv/.run .venv/.catalogues assets ## install and build what serving needs, and start nothing

lock: .venv/.test ## bring the lock files up to date with pyproject.toml; UPGRADE=1 takes newer releases too
	@.venv/bin/python tools/list_groups.py build | $(COMPILE) -o requirements/run.txt pyproject.toml -
	.venv/bin/python tools/list_groups.py build test dev | $(COMPILE) --extra postgres --extra redis \
		-c requirements/run.txt -o requirements/test.txt pyproject.toml -
	$(COMPILE) -o requirements/node.txt requirements/node.in
	npm $(if $(UPGRADE),update,install) --package-lock-only

assets: .venv/.run node_modules/.run ## build static/dist: styles, fonts, icons, map, scripts
	@.venv/bin/python tools/build_assets.py

catalogues: .venv/.test ## bring the translation catalogues up to date with the sources
	@.venv/bin/python tools/catalogues.py update
	.venv/bin/python tools/catalogues.py compile
	touch .venv/.catalogues

clean: ## remove what is built and installed, but not var/, which holds the data
	@rm -rf .venv node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

# --- what the commands stand on -------------------------------------------------------------------------------------

.venv/bin/python:
	@python=$$(tools/find_python.sh)
	echo "environment: $$($$python --version) in .venv"
	$$python -m venv .venv

# Setuptools first: the few packages without a wheel are built with the locked one, not with one fetched unseen.
.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "environment: packages of requirements/run.txt"
	$(INSTALL) --no-deps -r <(tools/pick_locked.sh setuptools requirements/run.txt)
	$(INSTALL) -r requirements/run.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/.test: requirements/test.txt .venv/.run
	@echo "environment: packages of requirements/test.txt"
	$(INSTALL) -r requirements/test.txt
	touch $@

.venv/.catalogues: $(wildcard translations/*/LC_MESSAGES/*.po) .venv/.run
	@.venv/bin/python tools/catalogues.py compile
	touch $@

.venv/.node: requirements/node.txt | .venv/bin/python
	@if ! tools/has_node.sh; then
		echo "environment: Node, which this machine lacks, from requirements/node.txt (206 MB)"
		$(INSTALL) -r requirements/node.txt
	fi
	touch $@

node_modules/.run: package-lock.json .venv/.node
	@echo "environment: front-end packages"
	npm ci --omit=dev --loglevel=error
	touch $@

node_modules/.all: package-lock.json .venv/.node
	@echo "environment: front-end packages, those of the checks included"
	npm ci --loglevel=error
	touch node_modules/.run $@
