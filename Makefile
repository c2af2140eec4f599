# make demo    sets up, builds, makes sample logs, and serves the demo site
# make test    sets up and runs every test
# make build   the npm package, optimised, into pkg/
# make check   format, lints (native and wasm), documentation
# make bench   measures against other tools, and prints ratios and goals
# make size    sizes of the files of pkg/ against the budget

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
IN := . target/toolchain.env &&
PORT ?= 8000

.PHONY: demo test build quick check bench size setup samples

setup:
	@scripts/setup.sh

demo: build samples
	@$(IN) node scripts/serve.mjs www --mount /pkg=pkg --port $(PORT)

test: quick samples
	$(IN) cargo test
	$(IN) node_modules/.bin/tsc -p tests/js
	$(IN) node --test --test-reporter=spec --test-concurrency=1 $$(find tests -name '*.test.mjs' | sort)

build: setup
	$(IN) node scripts/build.mjs

quick: setup
	$(IN) node scripts/build.mjs --quick

samples: setup
	$(IN) node scripts/samples.mjs

check: setup
	$(IN) cargo fmt --check
	$(IN) cargo clippy --all-targets -- -D warnings
	$(IN) cargo clippy --lib --target wasm32-unknown-unknown -- -D warnings
	$(IN) RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

bench: build
	$(IN) npm ci --prefix benches --silent
	$(IN) node benches/run.mjs

size: build
	$(IN) node scripts/size.mjs
