# libocihooks. `make demo` demonstrates it, and `make check` tests it. CONTRIBUTING.md describes the other targets.

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DOCDIR     ?= $(PREFIX)/share/doc/libocihooks
DESTDIR    ?=
CC         ?= cc
CXX        ?= c++
CARGO      ?= cargo
INSTALL    ?= install

VERSION   := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
SOVERSION := $(shell sed -n 's/^const SOVERSION: u32 = \(.*\);/\1/p' build.rs)
SONAME    := libocihooks.so.$(SOVERSION)
# libocihooks.so.0.1.0: the SONAME's number, then the version, whose leading 0 is dropped.
REALNAME  := $(SONAME).$(if $(filter 0.%,$(VERSION)),$(patsubst 0.%,%,$(VERSION)),$(VERSION))

TARGET := $(or $(CARGO_TARGET_DIR),target)
BUILD  ?= build
STAGE  := $(abspath $(BUILD)/stage)
WHEEL  := $(abspath $(BUILD)/wheel)
LIBS   := $(abspath $(BUILD))/lib
# The libraries that a program needs beside the static library, by `cargo rustc -- --print native-static-libs`, without
# the unwinder. Compilers add the right one themselves: libgcc_eh for -static and -static-libgcc, else libgcc_s.
LIBS_SYSTEM := -lutil -lrt -lpthread -lm -ldl -lc

all: libraries

# Size comes before speed (opt-level is s), so the compiler inlines less than by default. Each call builds one crate
# type, because cargo drops lto for several, as `cargo build` does.
libraries: FORCE
	$(CARGO) rustc --release --lib --crate-type staticlib -- -C llvm-args=--inline-threshold=60
	CC="$(CC)" SONAME="$(SONAME)" sh scripts/link.sh $(TARGET)/release/libocihooks.a $(LIBS)

header:
	OCIHOOKS_WRITE_HEADER=1 $(CARGO) test -q --test header

# Regenerates the licences of all linked code.
licences:
	python3 scripts/licences.py write

install: all
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 755 -s $(LIBS)/libocihooks.so $(DESTDIR)$(LIBDIR)/$(REALNAME)
	ln -sf $(REALNAME) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libocihooks.so
	$(INSTALL) -m 644 $(LIBS)/libocihooks.a $(DESTDIR)$(LIBDIR)/libocihooks.a
	$(INSTALL) -m 644 include/ocihooks.h $(DESTDIR)$(INCLUDEDIR)/ocihooks.h
	$(INSTALL) -m 644 LICENSE-MIT LICENSE-APACHE LICENSES-THIRD-PARTY $(DESTDIR)$(DOCDIR)
	for file in ocihooks ocihooks-archive; do \
	  sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	      -e 's|@LIBS_SYSTEM@|$(LIBS_SYSTEM)|' pkgconfig/$$file.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/$$file.pc || exit; \
	done

uninstall:
	rm -f $(DESTDIR)$(LIBDIR)/$(REALNAME) $(DESTDIR)$(LIBDIR)/$(SONAME) $(DESTDIR)$(LIBDIR)/libocihooks.so \
	      $(DESTDIR)$(LIBDIR)/libocihooks.a $(DESTDIR)$(INCLUDEDIR)/ocihooks.h \
	      $(DESTDIR)$(LIBDIR)/pkgconfig/ocihooks.pc $(DESTDIR)$(LIBDIR)/pkgconfig/ocihooks-archive.pc
	rm -f $(DESTDIR)$(DOCDIR)/LICENSE-MIT $(DESTDIR)$(DOCDIR)/LICENSE-APACHE $(DESTDIR)$(DOCDIR)/LICENSES-THIRD-PARTY

# A separate installed tree. The tests, the demo and the benchmark use it like a user's.
stage:
	$(MAKE) install PREFIX=$(STAGE) LIBDIR=$(STAGE)/lib INCLUDEDIR=$(STAGE)/include DOCDIR=$(STAGE)/share/doc/libocihooks DESTDIR=

demo: tools stage
	CC="$(CC)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" sh scripts/demo.sh

tools:
	@sh scripts/tools.sh $(CARGO) $(CC) $(CXX) pkg-config python3

# Writes the layout that `make check` requires.
format:
	$(CARGO) fmt
	rustfmt --edition 2024 src/run/process/child/joiner.rs
	python3 scripts/layout.py write

check: tools
	$(CARGO) fmt --check
	rustfmt --check --edition 2024 src/run/process/child/joiner.rs
	python3 scripts/layout.py check
	python3 scripts/names.py
	$(CARGO) clippy --all-targets -- -D warnings
	$(CARGO) clippy --no-default-features --lib -- -D warnings
	$(CARGO) clippy --no-default-features --features hooksd --lib -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc -q --no-deps
	$(CARGO) test -q
	python3 scripts/licences.py check
	python3 scripts/schema.py
	$(MAKE) stage
	STAGE="$(STAGE)" python3 scripts/installed.py
	CC="$(CC)" CXX="$(CXX)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" python3 scripts/ctests.py
	CC="$(CC)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" python3 scripts/linking.py
	CC="$(CC)" STAGE="$(STAGE)" python3 scripts/snippets.py c "$(abspath $(BUILD))/snippets-c"
	CC="$(CC)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" python3 scripts/minirun.py
	STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" sh scripts/go.sh
	$(MAKE) wheel
	STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" WHEEL="$(WHEEL)" sh scripts/python.sh
	$(CARGO) build -q --example run-phase
	CC="$(CC)" STAGE="$(STAGE)" BUILD="$(abspath $(BUILD))" RUST="$(abspath $(TARGET))/debug/examples/run-phase" \
	    python3 scripts/examples.py

# The Python package with the library inside.
wheel: tools stage
	rm -rf $(WHEEL)
	python3 bindings/python/build_wheel.py $(STAGE)/lib/$(SONAME) $(WHEEL)

bench: tools stage
	PREFIX_DIR="$(STAGE)" BUILD_DIR="$(abspath $(BUILD))/bench" sh benches/run.sh
	BUILD_DIR="$(abspath $(BUILD))/bench" sh benches/syscalls.sh

include verify.mk

clean:
	$(CARGO) clean
	rm -rf $(BUILD)

FORCE:
.PHONY: all libraries header licences install uninstall stage demo tools format check wheel bench clean FORCE
