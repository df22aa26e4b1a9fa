# Tests beyond `make check`. docs/testing.md describes what each target shows. The Makefile includes this file.

# The environment of the programs in verify/, which share the modules of scripts/.
VERIFY := CARGO="$(CARGO)" CC="$(CC)" CXX="$(CXX)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" SONAME=$(SONAME) PYTHONPATH=scripts

# The short forms of all targets, as CI runs them, without `make seeded`, which builds everything a dozen times, and
# without `make kernels`, which emulates machines.
evidence:
	$(MAKE) abi
	$(MAKE) deny
	$(MAKE) msrv
	$(MAKE) package
	$(MAKE) dist-check
	$(MAKE) model MODEL_CASES=200 MODEL_SEED=2
	$(MAKE) patterns PATTERNS_SEED=1
	$(MAKE) size
	$(MAKE) fuzz FUZZ_SECONDS=2
	$(MAKE) sanitize SANITIZE=short
	$(MAKE) inject INJECT_LEVEL=short
	$(MAKE) system-calls-check
	$(MAKE) soak SOAK_HOOKS=20000

# Random phases and maps against a model, with a new seed each time. `make check` runs a few.
MODEL_CASES ?= 3000
model: tools
	PROPTEST_CASES=$(MODEL_CASES) MODEL_SEED="$${MODEL_SEED:-$$(date +%s)}" $(CARGO) test -q --test model

# Random patterns of hook files against Go's, with a new seed each time, and the letters that are equal without case.
PATTERNS ?= 60000
patterns: tools
	@command -v go > /dev/null || echo "SKIPPED: go is missing"
	@! command -v go > /dev/null || PATTERNS=$(PATTERNS) PATTERNS_SEED="$(or $(PATTERNS_SEED),$$(date +%s))" \
	    $(CARGO) test -q --test patterns -- --ignored --nocapture

# The size of the stripped shared library without hook files: at most 640 KB.
SIZE := $(abspath $(BUILD))/size
size: tools
	$(CARGO) rustc -q --release --lib --crate-type staticlib --no-default-features --features capi \
	    --target-dir "$(SIZE)" -- -C llvm-args=--inline-threshold=60
	CC="$(CC)" SONAME="$(SONAME)" sh scripts/link.sh "$(SIZE)/release/libocihooks.a" "$(SIZE)/lib"
	strip -o "$(SIZE)/libocihooks.so" "$(SIZE)/lib/libocihooks.so"
	@size=$$(stat -c %s "$(SIZE)/libocihooks.so"); echo "$$size bytes"; test $$size -le 640000

# Seconds per target. `make fuzz FUZZ_SECONDS=600` takes a long break. FUZZ_RUNS=20000 ends each target after 20,000
# inputs.
FUZZ_SECONDS ?= 30
fuzz: tools
	$(VERIFY) sh verify/fuzz/fuzz.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# Compares the ABI with its baseline in verify/abi/. abi-baseline rewrites the baseline if the ABI is compatible.
abi: tools stage
	$(VERIFY) python3 verify/abi/abi.py check
abi-baseline: tools stage
	$(VERIFY) python3 verify/abi/abi.py write

# The table of system calls: written anew, and compared with what a run does.
system-calls: tools stage
	$(VERIFY) python3 verify/calls/table.py write

system-calls-check: tools stage
	$(VERIFY) python3 verify/calls/table.py check

# Licences, sources and duplicates of all dependencies, and known advisories where their database can be reached.
deny: tools
	sh verify/release/deny.sh

# Verifies rust-version in Cargo.toml.
msrv: tools
	$(VERIFY) sh verify/release/msrv.sh

# The crate as cargo packages it, built, compared and used.
package: tools
	@sh scripts/tools.sh git
	$(VERIFY) python3 verify/release/package.py

# The source archive with its crates. dist-check builds it offline.
DIST := $(abspath $(BUILD))/libocihooks-$(VERSION).tar.xz
dist: tools
	@sh scripts/tools.sh git
	python3 verify/release/dist.py $(DIST)
dist-check: dist
	$(VERIFY) ARCHIVE=$(DIST) python3 verify/release/dist_check.py

# The C tests under Valgrind and the sanitizers. `make sanitize SANITIZE=short` takes a minute and a half.
SANITIZE ?= long
sanitize: tools stage
	$(VERIFY) python3 verify/sanitize/run.py $(SANITIZE) $(TOOL) $(PROGRAM)

# Makes each system call of a run fail in turn, and writes docs/injected-faults.md. `make inject INJECT_LEVEL=short`
# tries fewer. SCENARIO="timeout*" selects scenarios, without writing the table.
inject: tools stage
	$(VERIFY) python3 verify/inject/inject.py $(if $(SCENARIO),"$(SCENARIO)")

# Very many hooks in one process. Each must have its expected outcome, and the host has to stay unchanged.
SOAK_HOOKS ?= 200000
soak: tools stage
	$(VERIFY) python3 verify/soak/soak.py $(SOAK_HOOKS)

# The C tests on other kernels and on another architecture, booted in an emulator. KERNELS="5.10 arm64" selects some.
kernels: tools
	@sh scripts/tools.sh qemu-system-x86_64 qemu-system-aarch64 aarch64-linux-gnu-gcc apt-get dpkg-deb cpio busybox
	$(VERIFY) python3 verify/kernels/run.py $(KERNELS)

# Seeds defects, each of which has to be found. DEFECT="part of its name" selects one.
seeded:
	$(VERIFY) python3 verify/seeded/run.py $(if $(DEFECT),"$(DEFECT)")

.PHONY: evidence system-calls system-calls-check model patterns size fuzz abi abi-baseline deny msrv package dist dist-check sanitize inject soak kernels seeded
