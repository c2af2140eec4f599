# make demo    sets up, builds, makes sample logs, and serves the demo site
# make test    sets up and runs every test
# make build   the npm package, optimised, into pkg/
# make proxy   builds and starts the CORS proxy for services that do not answer pages: ARGS='--origin https://…'
# make check   format, lints (native and wasm), documentation
# make bench   measures against other tools, and prints ratios and goals
# make fuzz    tries damaged input on everything that parses, SECONDS=60 each
# make size    sizes of the files of pkg/ against the budget
# make site    front page, demo, gallery, documentation, notebooks and package in one folder, for any static host: OUT=target/site
# make docs    the documentation alone, into www/docs

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
IN := . target/toolchain.env &&
PORT ?= 8000
SECONDS ?= 60
OUT ?= target/site
PROXY := --manifest-path proxy/Cargo.toml
ARGS ?= --origin http://127.0.0.1:$(PORT) --origin http://localhost:$(PORT)
TARGETS ?= read_csv read_json read_ndjson read_arrow read_text read_archive read_pickle read_osquery read_weblog \
  extract unpack auditd syslog command_line analysis

.PHONY: demo test build quick check bench fuzz size site docs proxy setup samples
SITE_TOOLS := site/node_modules/.package-lock.json

setup:
	@scripts/setup.sh

demo: build samples
	@$(IN) node scripts/serve.mjs www --mount /pkg=pkg --port $(PORT) --page '#sample=process-events.csv'

test: quick samples $(SITE_TOOLS)
	$(IN) cargo test
	$(IN) cargo test --quiet $(PROXY)
	$(IN) node_modules/.bin/tsc -p tests/js
	$(IN) node scripts/examples.mjs
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
	$(IN) cargo fmt --check $(PROXY)
	$(IN) cargo clippy --all-targets $(PROXY) -- -D warnings

proxy: setup
	$(IN) cargo build --quiet $(PROXY)
	@$(IN) exec proxy/target/debug/huntbook-proxy $(ARGS)

bench: build
	$(IN) npm ci --prefix benches --silent
	$(IN) node benches/run.mjs

# libFuzzer needs flags that rustc has only in nightly, or with RUSTC_BOOTSTRAP.
# No sanitizer: there is no unsafe code of ours to watch.
fuzz: export RUSTC_BOOTSTRAP = 1
fuzz: setup
	$(IN) command -v cargo-fuzz >/dev/null || cargo install --quiet --locked --root target/tools cargo-fuzz
	$(IN) cargo run --quiet --manifest-path fuzz/Cargo.toml --example seeds
	$(IN) for target in $(TARGETS); do \
	  cargo fuzz run --sanitizer none $$target -- -max_total_time=$(SECONDS) -max_len=8192 -timeout=20 -rss_limit_mb=2048; \
	done

size: build
	$(IN) node scripts/size.mjs

site: build samples $(SITE_TOOLS)
	$(IN) node site/build.mjs $(OUT)

docs: build $(SITE_TOOLS)
	$(IN) node site/docs.mjs

$(SITE_TOOLS): site/package-lock.json | setup
	$(IN) npm ci --prefix site --silent
	@touch $@
