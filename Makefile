# Every target does its own set-up; `npm ci` runs only when the lock file is newer than the install.
.PHONY: start test build lint typecheck format clean

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

start: build
	@node dist/bin/powerbank.js start

build: node_modules/.installed
	@npx tsc -p tsconfig.build.json

test: node_modules/.installed
	@npm run --silent typecheck
	@npm run --silent lint
	@npm run --silent test

typecheck lint format: node_modules/.installed
	@npm run --silent $@

clean:
	rm -rf dist node_modules/.cache
