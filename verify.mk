# What is tried against the library beyond its tests: docs/testing.md says what each target shows. Included by the Makefile.

# What the programs in verify/ read from the environment. They share the modules of scripts/.
VERIFY := CARGO="$(CARGO)" CC="$(CC)" CXX="$(CXX)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" SONAME=$(SONAME) PYTHONPATH=scripts

# The short forms of all of it, as CI runs them. Left out are `make seeded`, which builds everything a dozen times, and
# `make kernels`, which emulates machines.
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
	$(MAKE) soak SOAK_HOOKS=20000

# More of what `make check` does some of: random phases and maps against a model, other ones each time.
MODEL_CASES ?= 3000
model: tools
	PROPTEST_CASES=$(MODEL_CASES) MODEL_SEED="$${MODEL_SEED:-$$(date +%s)}" $(CARGO) test -q --test model

# Random patterns of hook files against Go's, other ones each time; and the letters that are one without case.
PATTERNS ?= 60000
patterns: tools
	@command -v go > /dev/null || echo "SKIPPED: go is not there"
	@! command -v go > /dev/null || PATTERNS=$(PATTERNS) PATTERNS_SEED="$(or $(PATTERNS_SEED),$$(date +%s))" \
	    $(CARGO) test -q --test patterns -- --ignored --nocapture

# What the shared library weighs without hook files, stripped: at most 640 KB.
SIZE := $(abspath $(BUILD))/size
size: tools
	$(CARGO) rustc -q --release --lib --crate-type staticlib --no-default-features --features capi \
	    --target-dir "$(SIZE)" -- -C llvm-args=--inline-threshold=60
	CC="$(CC)" SONAME="$(SONAME)" sh scripts/link.sh "$(SIZE)/release/libocihooks.a" "$(SIZE)/lib"
	strip -o "$(SIZE)/libocihooks.so" "$(SIZE)/lib/libocihooks.so"
	@size=$$(stat -c %s "$(SIZE)/libocihooks.so"); echo "$$size bytes"; test $$size -le 640000

# Seconds a target; `make fuzz FUZZ_SECONDS=600` is worth a coffee. FUZZ_RUNS=20000 ends each after so many inputs.
FUZZ_SECONDS ?= 30
fuzz: tools
	$(VERIFY) sh verify/fuzz/fuzz.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# The ABI against its baseline in verify/abi/; and the baseline written anew, which has to be compatible.
abi: tools stage
	$(VERIFY) python3 verify/abi/abi.py check
abi-baseline: tools stage
	$(VERIFY) python3 verify/abi/abi.py write

# Licences, sources and duplicates of all dependencies, and known advisories where their database can be reached.
deny: tools
	sh verify/release/deny.sh

# That rust-version in Cargo.toml is true.
msrv: tools
	$(VERIFY) sh verify/release/msrv.sh

# The crate as cargo packages it, built, compared and used.
package: tools
	@sh scripts/tools.sh git
	$(VERIFY) python3 verify/release/package.py

# The source archive, with the crates that it takes; and that it builds offline.
DIST := $(abspath $(BUILD))/libocihooks-$(VERSION).tar.xz
dist: tools
	@sh scripts/tools.sh git
	python3 verify/release/dist.py $(DIST)
dist-check: dist
	$(VERIFY) ARCHIVE=$(DIST) python3 verify/release/dist_check.py

# The C tests under Valgrind and the sanitizers; `make sanitize SANITIZE=short` is a minute and a half of it.
SANITIZE ?= long
sanitize: tools stage
	$(VERIFY) python3 verify/sanitize/run.py $(SANITIZE) $(TOOL) $(PROGRAM)

# Each system call of a run fails in turn; writes docs/injected-faults.md. `make inject INJECT_LEVEL=short` tries fewer,
# SCENARIO="timeout*" only these, without writing the table.
inject: tools stage
	$(VERIFY) python3 verify/inject/inject.py $(if $(SCENARIO),"$(SCENARIO)")

# Very many hooks in one process, each with the outcome it must have; then the host has to be as it was.
SOAK_HOOKS ?= 200000
soak: tools stage
	$(VERIFY) python3 verify/soak/soak.py $(SOAK_HOOKS)

# The C tests on other kernels and on another architecture, booted in an emulator; KERNELS="5.10 arm64" for some of them.
kernels: tools
	@sh scripts/tools.sh qemu-system-x86_64 qemu-system-aarch64 aarch64-linux-gnu-gcc apt-get dpkg-deb cpio busybox
	$(VERIFY) python3 verify/kernels/run.py $(KERNELS)

# Defects seeded on purpose, each of which has to be found; DEFECT="a part of its name" for one.
seeded:
	$(VERIFY) python3 verify/seeded/run.py $(if $(DEFECT),"$(DEFECT)")

.PHONY: evidence model patterns size fuzz abi abi-baseline deny msrv package dist dist-check sanitize inject soak kernels seeded
