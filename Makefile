# criu-imgtools: see README.md; `make help` lists the targets.

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
CFLAGS  ?= -O2 -g
SAN     ?=
PROTOC   ?= protoc
PKG_CONFIG ?= pkg-config
# Where what is built does not run here: the compiler of this machine, and an emulator.
HOSTCC  ?= $(CC)
RUN     ?=

VERSION := $(shell sed -n 's/^\#define IMG_VERSION "\(.*\)"/\1/p' libimg/base/version.h)

# The built-in rule for %.o would win over ours while the generated headers do not exist.
MAKEFLAGS += --no-builtin-rules

# With it, cd in the scripts might lead elsewhere.
unexport CDPATH

, := ,
B := build$(if $(SAN),-$(subst $(,),-,$(SAN)))

PKGS     := libprotobuf-c yajl libarchive zlib liblz4
PKG_CF   := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
PKG_OPT  := $(if $(filter -static,$(LDFLAGS)),--static)
# A tool loads what it calls: libarchive brings a dozen libraries along.
PKG_LIBS := -Wl,--as-needed $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null || \
                                    echo -lprotobuf-c -lyajl -larchive -lz -llz4)
CHECK_CF   = $(shell $(PKG_CONFIG) --cflags check)
CHECK_LIBS = $(shell $(PKG_CONFIG) $(PKG_OPT) --libs check)
# Of libarchive a static program has what it calls, tar, and needs no libraries of other formats,
# as far as the linker leaves out what nothing calls. The rest is Debian's name of yajl.
ifneq ($(PKG_OPT),)
# The compressions of archives that it has libraries for; it refuses the others by name.
has_a     = $(findstring /,$(shell $(CC) $(LDFLAGS) -print-file-name=lib$(1).a))
PACKERS  := $(foreach l,zstd lzma bz2,$(if $(call has_a,$(l)),$(l)))
PKG_CF   += -DIMG_STATIC $(patsubst %,-DIMG_WITHOUT_%,$(filter-out $(PACKERS),zstd lzma bz2))
PKG_LIBS := -Wl,--gc-sections -larchive $(PACKERS:%=-l%) \
            $(shell $(PKG_CONFIG) --static --libs $(filter-out libarchive,$(PKGS)))
PKG_LIBS := $(if $(findstring /,$(shell $(CC) $(LDFLAGS) -print-file-name=libyajl.a)),$(PKG_LIBS),\
                 $(PKG_LIBS:-lyajl=-lyajl_s))
endif
# descriptor.proto comes with protobuf's headers.
PB_INC   := $(shell $(PKG_CONFIG) --variable=includedir protobuf 2>/dev/null || echo /usr/include)

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
           -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wno-unknown-warning-option \
           -Wno-format-truncation
# Each compiler warns of something else, and a new one must not keep anybody from building.
# .ci/run sets it to -Werror.
WERROR  ?=
# A fuzzer counts edges alone: comparisons too would halve its rate, and its mutations know fields.
SANFL   := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer \
               $(if $(findstring fuzzer,$(SAN)),-fno-sanitize-coverage=trace-cmp))
# A program may put the library into a shared object. What it replaces there is img_realloc() and
# img_free(), which stand in a file of their own: all other calls can be inlined.
PIC     := -fPIC -fno-semantic-interposition
OURFL   := $(PIC) -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -MMD -MP -I. -I$(B)/gen $(PKG_CF) $(SANFL)

PROTO   := $(wildcard proto/*.proto)
GENC    := $(PROTO:proto/%.proto=$(B)/gen/%.pb-c.c)
GENH    := $(GENC:.c=.h)
DESC_C  := $(B)/gen/google/protobuf/descriptor.pb-c.c
SCHEMA  := $(B)/gen/libimg/img_schema.h
LIBSRC  := $(wildcard libimg/*/*.c)
KEPT    := $(wildcard libimg/rewrite/kept/*.txt)
LIBOBJ  := $(LIBSRC:%.c=$(B)/%.o) $(B)/gen/schema.o $(B)/gen/kept.o \
           $(B)/gen/messages.o \
           $(filter-out $(B)/gen/opts.pb-c.o,$(GENC:.c=.o))
SHARED  := tool each explore judge ruleopt columns
# crit has a name that others have too: it is installed where nobody finds it unasked.
DROPIN  := crit
TOOLS   := $(filter-out $(SHARED) $(DROPIN),$(basename $(notdir $(wildcard cmd/*.c))))
BINS    := $(TOOLS:%=$(B)/%)
CRIT    := $(DROPIN:%=$(B)/dropin/%)
# What is in cmd/TOOL/ are parts of TOOL.
PARTS   := $(wildcard cmd/*/*.c)
# What libimg/img.h includes, itself too: the interface of the library.
PUBLIC  := img $(shell sed -n 's|^\#include "libimg/\(.*\)\.h"$$|\1|p' libimg/img.h)
UNIT    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/t_*.c))

# One short line for each step; V=1 shows the commands.
Q       := $(if $(V),,@)
SAY      = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

.PHONY: all
all: $(BINS) $(CRIT) $(B)/libimg.a

# ---- the schema ----

$(B)/gen $(B)/gen/libimg $(B)/gen/google/protobuf $(B)/cmd $(B)/unit $(B)/fuzz $(B)/proto:
	@mkdir -p $@

$(B)/gen/%.pb-c.c $(B)/gen/%.pb-c.h &: proto/%.proto proto/names.sed | $(B)/gen
	$(call SAY,PROTOC,$<)
	$(Q)$(PROTOC) --proto_path=proto --proto_path=$(PB_INC) --c_out=$(B)/gen $<
	$(Q)sed -E -i -f proto/names.sed $(B)/gen/$*.pb-c.c $(B)/gen/$*.pb-c.h

$(DESC_C): | $(B)/gen
	$(call SAY,PROTOC,descriptor.proto)
	$(Q)$(PROTOC) --proto_path=$(PB_INC) --c_out=$(B)/gen google/protobuf/descriptor.proto

$(B)/gen/all.desc: $(PROTO) | $(B)/gen
	$(call SAY,PROTOC,$@)
	$(Q)$(PROTOC) --proto_path=proto --proto_path=$(PB_INC) --include_imports -o $@ $(PROTO)

# The generated files include descriptor.pb-c.h by way of opts.pb-c.h.
$(B)/gen/%.o: $(B)/gen/%.c | $(DESC_C) $(GENH) $(SCHEMA)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(HIDDEN) $(CFLAGS) -w -c -o $@ $<

# What protoc makes is for us alone: a shared object with the library in it does not export it.
$(GENC:.c=.o): HIDDEN := -fvisibility=hidden

# It runs during the build; of the libraries it needs protobuf-c only.
ifeq ($(HOSTCC),$(CC))
HOSTCFLAGS := $(CPPFLAGS) $(PKG_CF) $(CFLAGS) $(LDFLAGS)
HOSTLIBS   := $(PKG_LIBS)
else
HOSTCFLAGS ?= -O2
HOSTLIBS   ?= -lprotobuf-c
endif

$(B)/mkschema: proto/mkschema.c $(DESC_C) $(B)/gen/opts.pb-c.c
	$(call SAY,CC,$@)
	$(Q)$(HOSTCC) -std=c11 -I$(B)/gen $(WARN) $(WERROR) $(HOSTCFLAGS) -o $@ \
	    proto/mkschema.c $(B)/gen/opts.pb-c.c $(DESC_C) $(HOSTLIBS)

$(SCHEMA): $(B)/mkschema $(B)/gen/all.desc | $(B)/gen/libimg
	$(call SAY,GEN,$@)
	$(Q)$(B)/mkschema h $(B)/gen/all.desc >$@.tmp && mv $@.tmp $@

$(B)/gen/schema.c: $(B)/mkschema $(B)/gen/all.desc
	$(call SAY,GEN,$@)
	$(Q)$(B)/mkschema c $(B)/gen/all.desc >$@.tmp && mv $@.tmp $@

# The words that imganon keeps, out of their lists.
$(B)/gen/kept.c: $(KEPT) libimg/rewrite/kept.awk | $(B)/gen
	$(call SAY,GEN,$@)
	$(Q)awk -f libimg/rewrite/kept.awk $(KEPT) >$@.tmp && mv $@.tmp $@

# What criu says in its logs, out of its list.
$(B)/gen/messages.c: libimg/log/messages.txt libimg/log/messages.awk | $(B)/gen
	$(call SAY,GEN,$@)
	$(Q)awk -f libimg/log/messages.awk libimg/log/messages.txt >$@.tmp && mv $@.tmp $@

# ---- library and tools ----

$(B)/libimg/%.o: libimg/%.c | $(SCHEMA)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(WARN) $(WERROR) $(CFLAGS) -c -o $@ $<

$(B)/cmd/%.o: cmd/%.c | $(SCHEMA)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(WARN) $(WERROR) $(CFLAGS) -c -o $@ $<

# A member has the name of its folder too: of two that are both called fds.o, `ar x` loses one.
MEMBER = $(B)/ar/$(subst /,-,$(patsubst libimg/%,%,$(1:$(B)/%=%)))

$(B)/libimg.a: $(LIBOBJ)
	$(call SAY,AR,$@)
	$(Q)rm -rf $@ $(B)/ar && mkdir $(B)/ar
	$(Q)$(foreach o,$^,cp -p $(o) $(call MEMBER,$(o)) &&) $(AR) rcs $@ $(foreach o,$^,$(call MEMBER,$(o)))

$(foreach p,$(PARTS),$(eval $(p:cmd/%/$(notdir $(p))=$(B)/%): $(p:%.c=$(B)/%.o)))
# An archive, so that a tool has those parts that it calls, and no libraries for the others.
$(B)/cmd/shared.a: $(SHARED:%=$(B)/cmd/%.o)
	$(call SAY,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BINS): $(B)/%: $(B)/cmd/%.o $(B)/cmd/shared.a $(B)/libimg.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(SANFL) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/cmd/shared.a $(B)/libimg.a $(PKG_LIBS)

$(CRIT): $(B)/cmd/crit.o $(patsubst %.c,$(B)/%.o,$(wildcard cmd/crit/*.c)) $(B)/cmd/tool.o $(B)/libimg.a
	@mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(SANFL) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libimg.a $(PKG_LIBS)

# ---- tests ----

# A unit test is one file; it may look at the library's inner headers.
$(B)/unit/%.o: tests/unit/%.c | $(SCHEMA) $(B)/unit
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(WARN) -Wno-conversion -Wno-sign-conversion $(WERROR) $(CHECK_CF) \
	    $(CFLAGS) -c -o $@ $<

# It has calls of the C library of its own, which a static program cannot.
$(B)/unit/t_faults.o: OURFL += $(if $(PKG_OPT),-DCAN_FAIL=0)

$(UNIT): $(B)/unit/%: $(B)/unit/%.o $(B)/libimg.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(SANFL) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(PKG_LIBS)

.PHONY: check check-all unit cli embed
check: need-deps
	+@$(MAKE) --no-print-directory check-all

check-all: unit cli embed replay $(if $(filter build,$(B)),fuzz-short)

unit: $(UNIT)
	@set -e; for t in $(UNIT); do TESTS=tests TEMP="$${TMPDIR:-/tmp}" $(if $(RUN),CK_TIMEOUT_MULTIPLIER=30) $(RUN) $$t; done

cli: all $(B)/cli/sweep $(B)/cli/pack $(B)/cli/fakecriu $(B)/faults/faults $(B)/faults/shim.so
	@SAN="$(SAN)" tests/cli/run.sh $(B)

embed: all
	@MAKE="$(MAKE)" CC="$(CC)" SAN="$(SAN)" tests/embed/run.sh $(B)

$(B)/cli/sweep $(B)/cli/pack $(B)/cli/fakecriu: $(B)/cli/%: tests/cli/%.c $(B)/libimg.a | $(SCHEMA)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(WARN) $(WERROR) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libimg.a $(PKG_LIBS)

# Calls that fail: what has them fail goes in front of the C library of any tool, so it must
# not be built like one.
$(B)/faults/faults: tests/faults/faults.c tests/faults/live.h $(B)/libimg.a | $(SCHEMA)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(WARN) $(WERROR) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libimg.a $(PKG_LIBS)

$(B)/faults/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(filter-out $(SANFL),$(OURFL)) $(WARN) $(WERROR) -O2 -g -U_FORTIFY_SOURCE -fPIC -shared -o $@ $< -ldl

# Which lines of the library and of the tools no test runs. Few of the library's may remain;
# CONTRIBUTING.md says which these are. gcovr prints the table.
COVERED := 95
GCOVR   := gcovr --root .

.PHONY: coverage coverage-report
coverage: need-deps
	+@$(MAKE) --no-print-directory B=build-coverage CFLAGS='-O0 -g --coverage' coverage-report

coverage-report:
	@command -v gcovr >/dev/null || { echo "make coverage wants gcovr." >&2; exit 1; }
	@[ ! -d $(B) ] || find $(B) -name '*.gcda' -delete
	+@TIMEOUT=1800 $(MAKE) --no-print-directory B=$(B) CFLAGS='$(CFLAGS)' unit cli
	@$(GCOVR) --filter cmd/ $(B)
	@$(GCOVR) --filter libimg/ --fail-under-line $(COVERED) $(B)

.PHONY: bench
bench: all $(B)/bench/gen $(B)/bench/hold $(B)/bench/run $(B)/cli/fakecriu
	@tests/bench/bench.sh $(B)

$(B)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(OURFL) $(WARN) $(WERROR) $(CFLAGS) -o $@ $<

# Fuzzing wants clang and its runtime; a target is tests/fuzz/f_*.c. Other compilers replay
# the seeds: each target runs over the bundled data once.
SECONDS ?= 60
FUZZ    := $(patsubst tests/fuzz/f_%.c,%,$(wildcard tests/fuzz/f_*.c))
FUZZFL  := address,undefined,fuzzer-no-link
HAS_FUZZER = printf 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' | \
             clang -x c -fsanitize=fuzzer,address,undefined -o $(B)/fuzz/probe - 2>/dev/null
NO_FUZZER = fuzz: clang or its runtime is missing (Debian: libclang-rt-14-dev)

.PHONY: fuzz fuzz-short fuzz-run replay
fuzz: need-deps | $(B)/fuzz
	+@$(HAS_FUZZER) || { echo "$(NO_FUZZER)" >&2; exit 1; }; \
	$(MAKE) --no-print-directory CC=clang SAN=$(FUZZFL) SECONDS=$(SECONDS) fuzz-run

# With the tests, by themselves and last, what takes long here is a finding; the same each time.
fuzz-short: | unit cli embed replay $(B)/fuzz
	+@if $(HAS_FUZZER); \
	then $(MAKE) --no-print-directory CC=clang SAN=$(FUZZFL) FUZZ_HOW=-s fuzz-run; \
	else echo "$(NO_FUZZER): skipped"; fi

fuzz-run: all $(FUZZ:%=$(B)/fuzz/f_%) $(B)/fuzz/seeds
	@tests/fuzz/run.sh $(if $(FUZZ_HOW),$(FUZZ_HOW) $(B),$(B) $(SECONDS))

replay: all $(FUZZ:%=$(B)/fuzz/r_%) $(B)/fuzz/seeds
	@tests/fuzz/replay.sh $(B)

# one.c has the name that the fuzzer calls, and cuts what is read.
CUT := -Wl,--wrap=read,--wrap=pread64
$(B)/fuzz/f_%.o: OURFL += -DLLVMFuzzerTestOneInput=fuzz_target
$(B)/fuzz/%.o: tests/fuzz/%.c | $(SCHEMA) $(B)/fuzz
	$(call SAY,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(OURFL) $(WARN) -Wno-conversion -Wno-sign-conversion $(WERROR) $(CFLAGS) -c -o $@ $<

# Some targets are fed a whole directory.
FUZZ_DIR := $(foreach t,dir columns pages check core conv merge,$(B)/fuzz/f_$(t) $(B)/fuzz/r_$(t))
$(FUZZ_DIR): $(B)/fuzz/blob.o $(B)/fuzz/shake.o
FUZZ_IMAGE := $(foreach t,anon edit image,$(B)/fuzz/f_$(t) $(B)/fuzz/r_$(t))
$(FUZZ_IMAGE): $(B)/fuzz/entries.o
FUZZ_NEW := $(foreach t,conv merge,$(B)/fuzz/f_$(t) $(B)/fuzz/r_$(t))
$(FUZZ_NEW): $(B)/fuzz/place.o
$(B)/fuzz/f_anon $(B)/fuzz/r_anon: $(B)/fuzz/plant.o
$(B)/fuzz/seeds: $(B)/fuzz/blob.o

$(B)/fuzz/f_%: $(B)/fuzz/f_%.o $(B)/fuzz/one.o $(B)/fuzz/mutate.o $(B)/libimg.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(SANFL) -fsanitize=fuzzer $(CFLAGS) $(LDFLAGS) $(CUT) -o $@ $(filter %.o,$^) $(B)/libimg.a $(PKG_LIBS)

$(B)/fuzz/r_%: $(B)/fuzz/f_%.o $(B)/fuzz/one.o $(B)/fuzz/mutate.o $(B)/fuzz/replay.o $(B)/libimg.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(SANFL) $(CFLAGS) $(LDFLAGS) $(CUT) -o $@ $(filter %.o,$^) $(B)/libimg.a $(PKG_LIBS)

$(B)/fuzz/seeds: $(B)/fuzz/seeds.o $(B)/libimg.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(SANFL) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libimg.a $(PKG_LIBS)

.PHONY: demo
demo: need-deps
	+@$(MAKE) --no-print-directory all
	@tests/demo.sh $(B)

# ---- what the build needs ----

DEB_BUILD := gcc make pkg-config protobuf-c-compiler protobuf-compiler libprotobuf-c-dev \
             libprotobuf-dev libyajl-dev libarchive-dev zlib1g-dev liblz4-dev check
DEB_TEST  := jq diffutils
SUDO      := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: deps need-deps
deps:
	@command -v apt-get >/dev/null || { echo "No apt-get here: see README.md for the packages of Fedora and Alpine." >&2; exit 1; }
	@[ -z "$(SUDO)" ] || command -v sudo >/dev/null || { echo "Neither root nor sudo here. As root: apt-get install $(DEB_BUILD) $(DEB_TEST)" >&2; exit 1; }
	$(SUDO) apt-get update -qq
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -qq $(DEB_BUILD) $(DEB_TEST)

need-deps:
	+@if ! { command -v $(firstword $(CC)) && command -v $(PROTOC) && command -v protoc-gen-c && command -v jq && command -v $(PKG_CONFIG) && \
	    $(PKG_CONFIG) --exists $(PKGS) check && [ -e $(PB_INC)/google/protobuf/descriptor.proto ]; } >/dev/null 2>&1; \
	then $(MAKE) --no-print-directory deps; fi

# ---- installation ----

DIST    := criu-imgtools-$(VERSION)

BINDIR  ?= $(PREFIX)/bin
LIBDIR  ?= $(PREFIX)/lib
INCDIR  ?= $(PREFIX)/include
MANDIR  ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
# For what has the name of another program, and its manual page.
OWNDIR  ?= $(PREFIX)/lib/criu-imgtools
DOCDIR  ?= $(PREFIX)/share/doc/criu-imgtools
# Scripts that other programs run: their action scripts.
EXAMPLES := $(wildcard examples/*)
# Scripts among the tools: what other programs find on PATH.
PLUGINS := cmd/checkpointctl-img
MANS    := $(filter-out $(DROPIN:%=cmd/%.1),$(wildcard cmd/*.[1-8])) libimg/libimg.3

# What is installed, and what uninstall therefore removes.
INSTALLED = $(TOOLS:%=$(BINDIR)/%) $(DROPIN:%=$(OWNDIR)/bin/%) $(DROPIN:%=$(OWNDIR)/man/man1/%.1) \
            $(LIBDIR)/libimg.a $(LIBDIR)/pkgconfig/libimg.pc \
            $(PUBLIC:%=$(INCDIR)/libimg/%.h) $(INCDIR)/libimg/img_schema.h \
            $(foreach m,$(MANS),$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
            $(TOOLS:%=$(BASHDIR)/%) $(TOOLS:%=$(ZSHDIR)/_%) $(TOOLS:%=$(FISHDIR)/%.fish) \
            $(EXAMPLES:%=$(DOCDIR)/%) $(PLUGINS:cmd/%=$(BINDIR)/%)

.PHONY: install uninstall
install: all
	for d in $(sort $(dir $(INSTALLED))); do install -d "$(DESTDIR)$$d" || exit 1; done
	install -m 755 $(TOOLS:%=$(B)/%) "$(DESTDIR)$(BINDIR)"
	install -m 755 $(PLUGINS) "$(DESTDIR)$(BINDIR)"
	install -m 755 $(CRIT) "$(DESTDIR)$(OWNDIR)/bin"
	install -m 644 $(DROPIN:%=cmd/%.1) "$(DESTDIR)$(OWNDIR)/man/man1"
	install -m 644 $(B)/libimg.a "$(DESTDIR)$(LIBDIR)"
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCDIR@|$(INCDIR)|; s|@VERSION@|$(VERSION)|' \
	    libimg/libimg.pc.in >"$(DESTDIR)$(LIBDIR)/pkgconfig/libimg.pc"
	chmod 644 "$(DESTDIR)$(LIBDIR)/pkgconfig/libimg.pc"
	install -m 644 $(SCHEMA) "$(DESTDIR)$(INCDIR)/libimg"
	for h in $(PUBLIC); do install -m 644 libimg/$$h.h "$(DESTDIR)$(INCDIR)/libimg/$$h.h" || exit 1; done
	install -m 755 $(EXAMPLES) "$(DESTDIR)$(DOCDIR)/examples"
	for m in $(MANS); do install -m 644 $$m "$(DESTDIR)$(MANDIR)/man$${m##*.}" || exit 1; done
	for t in $(TOOLS); do \
	    install -m 644 completions/bash/$$t "$(DESTDIR)$(BASHDIR)/$$t" && \
	    install -m 644 completions/zsh/_$$t "$(DESTDIR)$(ZSHDIR)/_$$t" && \
	    install -m 644 completions/fish/$$t.fish "$(DESTDIR)$(FISHDIR)/$$t.fish" || exit 1; done

# Our crit under that name, on PATH and for man; not in the place of another one.
.PHONY: install-crit
install-crit: install
	@for l in $(BINDIR)/crit $(MANDIR)/man1/crit.1; do \
	    [ -L "$(DESTDIR)$$l" ] || [ ! -e "$(DESTDIR)$$l" ] || \
	    { echo "$$l is there, and not of ours: remove it first." >&2; exit 1; }; done
	ln -sfn "$(OWNDIR)/bin/crit" "$(DESTDIR)$(BINDIR)/crit"
	ln -sfn "$(OWNDIR)/man/man1/crit.1" "$(DESTDIR)$(MANDIR)/man1/crit.1"

# Directories that others may use too stay.
uninstall:
	@for l in bin/crit man/man1/crit.1; do \
	    d="$(DESTDIR)$(BINDIR)"; [ $$l = bin/crit ] || d="$(DESTDIR)$(MANDIR)/man1"; \
	    [ "$$(readlink "$$d/$${l##*/}")" != "$(OWNDIR)/$$l" ] || rm -f "$$d/$${l##*/}"; done
	for f in $(INSTALLED); do rm -f "$(DESTDIR)$$f" || exit 1; done
	@rmdir -p --ignore-fail-on-non-empty "$(DESTDIR)$(DOCDIR)/examples" 2>/dev/null || :
	@rmdir -p --ignore-fail-on-non-empty "$(DESTDIR)$(OWNDIR)/bin" "$(DESTDIR)$(OWNDIR)/man/man1" 2>/dev/null || :
	@for d in $(addprefix /,$(filter-out ./,$(sort $(dir $(PUBLIC))))) ''; do \
	    rmdir "$(DESTDIR)$(INCDIR)/libimg$$d" 2>/dev/null || :; done

# The sources as of the last commit; the same bytes each time.
.PHONY: dist
dist:
	git -c tar.tar.xz.command='xz -9 -T1 -c' archive --format=tar.xz --prefix=$(DIST)/ -o $(DIST).tar.xz HEAD

# ---- upkeep ----

# The table of messages in the manual page, after a change of messages.txt.
.PHONY: messages
messages:
	tests/messages.sh

.PHONY: completions
completions: all
	completions/gen.sh $(B) $(TOOLS)

OURS := $(wildcard libimg/*.h libimg/*/*.[ch] cmd/*.[ch] cmd/*/*.[ch] proto/*.c tests/*/*.[ch])
SCRIPTS := $(PLUGINS) $(filter-out %/control,$(wildcard debian/tests/*)) .ci/run $(wildcard completions/*.sh completions/bash/* examples/* \
             tests/*.sh tests/*/*.sh tests/*/*/*.sh)

# Each version of clang-format has its own idea of some lines.
FORMAT       := 14
CLANG_FORMAT ?= clang-format

.PHONY: format lint
format:
	$(CLANG_FORMAT) -i $(OURS)

# cppcheck does not look into /usr/include: what the generated headers want of protobuf-c's.
LINT_PB := -DPROTOBUF_C_VERSION_NUMBER=9999999 -DPROTOBUF_C_MIN_COMPILER_VERSION=0

# gcc's analyzer follows the ways through each function; -O1 spares it those that are none.
ANALYZER := gcc
ANALYZED := $(patsubst %.c,$(B)/analyzed/%.o,$(LIBSRC) $(wildcard cmd/*.c) $(PARTS))

$(B)/analyzed/%.o: %.c | $(SCHEMA)
	@mkdir -p $(@D)
	$(call SAY,ANALYZE,$<)
	$(Q)$(ANALYZER) $(CPPFLAGS) $(OURFL) -O1 -fanalyzer -Werror -c -o $@ $<

lint: all $(ANALYZED)
	@case $$($(CLANG_FORMAT) --version) in \
	*' version $(FORMAT).'*) $(CLANG_FORMAT) --dry-run -Werror $(OURS) ;; \
	*' version '*) echo 'lint: clang-format is not of version $(FORMAT): formatting is not looked at' ;; \
	*) exit 1 ;; \
	esac
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
	    --inline-suppr --suppress=missingIncludeSystem --suppress=ctuuninitvar \
	    --suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE $(LINT_PB) -I. -I$(B)/gen libimg cmd
	@shellcheck -x $(SCRIPTS)
	mandoc -T lint -W warning $(MANS) $(DROPIN:%=cmd/%.1)

.PHONY: clean help
clean:
	rm -rf build build-*

help:
	@echo 'make              the tools and libimg.a, in build/'
	@echo 'make deps         install what the build and the tests need (Debian, Ubuntu)'
	@echo 'make demo         show the tools at work on real dumps'
	@echo 'make check        all tests; SAN=address,undefined: under the sanitizers'
	@echo 'make coverage     which lines no test runs, with gcovr'
	@echo 'make bench        speed and memory against crit, and of ten times the work'
	@echo 'make fuzz         fuzz each target for SECONDS (60), with clang and its runtime'
	@echo 'make install      to PREFIX (/usr/local), below DESTDIR; make uninstall'
	@echo 'make dist         criu-imgtools-VERSION.tar.xz, from the last commit'
	@echo 'make lint         clang-format, cppcheck, gcc -fanalyzer, shellcheck, mandoc'
	@echo 'make completions  write completions/ anew from --help'

.SECONDARY:
-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d $(B)/*/*/*/*.d)
