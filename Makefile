# Needs nothing but Python 3.11 and make. Every target sets up .venv from the lock the first time.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
UV_VERSION := 0.13.9
READY := $(VENV)/.ready
SERVE ?= 1
NAME ?= bundle

# Tests start hundreds of Python programs, so compiled files are kept between runs.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test campaign check format lock benchmark clean
help:
	@echo "make demo          everything, with evidence in it, then serves it (SERVE=0: stops after the bundle)"
	@echo "make run           web server and worker on what is already there"
	@echo "make test          sets up and runs all tests"
	@echo "make campaign      runs the long tests: killed workers, many clerks at once"
	@echo "make check         lint, types, import contracts, migrations, templates, translations, deployment"
	@echo "make benchmark NAME=bundle|prepare|triage|fidelity|closing_hour|tagging|families|search"
	@echo "make lock          renews requirements.lock"

$(VENV)/bin/uv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "This needs Python 3.11; set PYTHON=/path/to/python3.11"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(READY): requirements.lock | $(VENV)/bin/uv
	$(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock
	@touch $@

demo: $(READY)
	@$(PY) manage.py demo $(if $(filter 0,$(SERVE)),--no-serve)

run: $(READY)
	@$(PY) manage.py serve

test: $(READY)
	$(PY) -m pytest -m "not campaign" -n 2 --dist loadscope $(ARGS)

# These tests mostly wait, for killed workers and slow connections, so more run at once.
campaign: $(READY)
	$(PY) -m pytest -m campaign -n 4 --dist loadscope $(ARGS)

check: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check_templates
	$(PY) manage.py welsh_messages --check
	SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	FIELD_KEYS="$$($(PY) -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
	SIGNING_KEY="$$($(PY) -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
	SITE_URL=https://evidence.example EMAIL_URL=smtp://mail.example:25 \
	DATABASE_URL=postgres://evidence@db.example/evidence CELERY_BROKER_URL=redis://redis.example/0 \
	$(PY) manage.py check --deploy --fail-level WARNING

format: $(READY)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

lock: $(VENV)/bin/uv
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --universal --all-extras --no-header \
		--python-version 3.11 --upgrade pyproject.toml --output-file requirements.lock

benchmark: $(READY)
	@$(PY) benchmarks/$(NAME).py $(ARGS)

clean:
	rm -rf $(VENV) var staticfiles
