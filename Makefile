# Every target does its own set-up; packages are installed only when the lock file is newer.
.PHONY: start test bench build lint typecheck format clean

# `make start DEMO=0` starts without demo data and simulated cabinets.
DEMO ?= 1
ifeq ($(DEMO),0)
start_flags := --no-demo
endif

# `make start LOG_LEVEL=debug` writes more into .data/logs/powerbank.log.
ifdef LOG_LEVEL
export POWERBANK_LOG_LEVEL := $(LOG_LEVEL)
endif

# `make test ESDB_URL=esdb://…` runs the tests on that event store instead of on embedded nodes.
ifdef ESDB_URL
export ESDB_URL
endif

# Versions come from the lock file, as with `npm ci`; but that one also insists on packages for other
# systems than this one, which a registry mirror may not have.
install := npm install --no-save --no-audit --no-fund --loglevel=error

node_modules/.installed: package.json package-lock.json
	@echo 'installing packages (once) …'
	@$(install)
	@touch $@

# The benchmark's rivals have packages of their own, which nothing else needs.
bench/node_modules/.installed: bench/package.json bench/package-lock.json
	@echo 'installing packages of the rivals (once) …'
	@cd bench && $(install)
	@touch $@

start: build
	@exec dist/bin/powerbank.js start $(start_flags)

# Makes `npx powerbank …` work in this checkout as well.
build: node_modules/.installed
	@npm run --silent build

test: node_modules/.installed
	@npm run --silent lint
	@npm run --silent test

# About eleven minutes, with QUICK=1 two and a half. Prints a table and writes bench/results/latest.json.
ifdef QUICK
export QUICK
endif
bench: node_modules/.installed bench/node_modules/.installed
	@node_modules/.bin/tsc -p bench
	@npm run --silent bench

typecheck lint format: node_modules/.installed
	@npm run --silent $@

clean:
	rm -rf dist dist-suite node_modules/.cache
