# Every target does its own set-up; `npm ci` runs only when the lock file is newer than the install.
.PHONY: start test build lint typecheck format clean

# `make start DEMO=0` starts without demo data and simulated cabinets.
DEMO ?= 1
ifeq ($(DEMO),0)
start_flags := --no-demo
endif

# `make start LOG_LEVEL=debug` writes more into .data/logs/powerbank.log.
ifdef LOG_LEVEL
export POWERBANK_LOG_LEVEL := $(LOG_LEVEL)
endif

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

start: build
	@exec node dist/bin/powerbank.js start $(start_flags)

build: node_modules/.installed
	@npm run --silent build

test: node_modules/.installed
	@npm run --silent typecheck
	@npm run --silent lint
	@npm run --silent test

typecheck lint format: node_modules/.installed
	@npm run --silent $@

clean:
	rm -rf dist node_modules/.cache
