# One command per intention. Everything is installed into .venv; nothing else on the machine is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
EXAMPLES ?= 300
FUZZ := $(VENV)-fuzz/bin/python -m pytest tests/vcwallet_api/fuzz_api.py
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo wallet test lint format bench rivals docs contexts vectors issued selective sd-jwt examples screenshots slow fuzz clean

demo: $(VENV)/service ## tell the story of a badge, verify a sample of every kind, and open the wallet with sample people
	$(BIN)/python examples/demo.py
	$(BIN)/python examples/wallet.py

wallet: $(VENV)/service ## start the wallet service with sample people, as it is before anybody came
	$(BIN)/vcwallet-api demo

test: lint $(VENV)/browser $(VENV)/fuzz ## what continuous integration runs
	$(BIN)/pytest -n $(WORKERS) -m "not slow"
	$(FUZZ) -n $(WORKERS) -m "not slow"

slow: $(VENV)/dev ## the long runs: many more generated inputs
	HYPOTHESIS_PROFILE=slow $(BIN)/pytest -n $(WORKERS)

fuzz: $(VENV)/fuzz ## ask the API many more things at random, and hold the answers to its description
	FUZZ_EXAMPLES=$(EXAMPLES) $(FUZZ) -n $(WORKERS)

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev ## measure, as ratios against whichever rivals are installed, in the same run
	$(BIN)/python -m benchmarks.run

rivals: benchmarks/rivals/requirements.txt ## install the rivals of the benchmarks (needs node and npm for one of them)
	$(PYTHON) -m venv $(VENV)-rivals
	$(VENV)-rivals/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/rivals/requirements.txt
	cd benchmarks/rivals/node && npm ci --silent --no-audit --no-fund

docs: $(VENV)/docs ## build the documentation into docs/_build
	$(VENV)-docs/bin/sphinx-build -W --keep-going -q -b html docs docs/_build
	@echo "open docs/_build/index.html"

contexts: $(VENV)/dev ## bring the JSON-LD contexts in again from their packages
	$(BIN)/python -m tools.contexts
	$(BIN)/python -m tools.write_processed_contexts

vectors: ## make the documents of other implementations again (needs node and npm)
	$(BIN)/python -m tools.make_status_lists
	cd tools/vectors && npm ci --silent && node make_digitalbazaar.js && node make_jose.js && node make_presentations.js \
	  && node make_status_lists.js
	$(BIN)/python -m tools.make_vectors
	$(BIN)/python -m tools.make_sd_jwt_vectors

issued: $(VENV)/dev ## issue the vectors again, and ask other implementations what they say of them (needs node and npm)
	$(BIN)/python -m tools.make_issued
	cd tools/vectors && npm ci --silent
	$(PYTHON) -m venv $(VENV)-oracles
	$(VENV)-oracles/bin/python -m pip install --quiet --disable-pip-version-check -r tools/oracles.txt
	$(VENV)-oracles/bin/python tools/confirm_issued.py
	$(BIN)/python -m tools.make_issued

selective: $(VENV)/dev ## issue and derive the vectors of selective disclosure, both ways (needs node and npm)
	$(BIN)/python -m tools.make_selective
	cd tools/vectors && npm ci --silent && node make_selective.js
	$(BIN)/python -m tools.make_selective

sd-jwt: $(VENV)/dev ## make SD-JWTs, and ask other implementations what they say of them and for theirs (needs node and npm)
	$(BIN)/python -m tools.make_sd_jwt_interop
	cd tools/vectors && npm ci --silent
	$(PYTHON) -m venv $(VENV)-oracles
	$(VENV)-oracles/bin/python -m pip install --quiet --disable-pip-version-check -r tools/oracles.txt
	$(VENV)-oracles/bin/python tools/confirm_sd_jwt.py
	$(BIN)/python -m tools.make_sd_jwt_interop

examples: $(VENV)/dev ## sign and bake the sample files again
	$(BIN)/python -m tools.make_examples

screenshots: $(VENV)/dev ## take a picture of every page (needs Debian's chromium)
	$(BIN)/python -m tools.make_screenshots

clean:
	rm -rf $(VENV) $(VENV)-docs $(VENV)-rivals $(VENV)-oracles $(VENV)-fuzz docs/_build .hypothesis .mypy_cache .ruff_cache .pytest_cache

# Each stamp is renewed when the lock or the project's own description changes.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/service: requirements/build.txt requirements/service.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/service.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/build.txt requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# Pages are tried in a real browser: Debian's Chromium, which is installed where that may be done.
$(VENV)/browser: | $(VENV)/bin/python
	@command -v chromium >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && apt-get -qqy install chromium >/dev/null; } \
	  || echo "Chromium is absent: the tests in a browser will be skipped, or fail where CI is set"
	@touch $@

# The documentation tools bring `requests` along, which pyld would then load; they get a folder of their own.
$(VENV)/docs: requirements/docs.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)-docs
	$(VENV)-docs/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/docs.txt
	@touch $@

# So does schemathesis; what it shares with the development tools it finds there.
$(VENV)/fuzz: requirements/fuzz.txt $(VENV)/dev
	$(PYTHON) -m venv $(VENV)-fuzz
	$(BIN)/python -c 'import sys, sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"), \
	  file=open(sys.argv[1] + "/dev.pth", "w"))' \
	  "$$($(VENV)-fuzz/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	$(VENV)-fuzz/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	@touch $@
