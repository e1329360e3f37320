# SPDX-License-Identifier: GPL-2.0
#
# What a person at the keyboard asks for. The module itself is built by Kbuild.
# `make help` lists the targets.

# The kernel to build for: the running one, or a kernel of the lab with K=.
KDIR ?= /lib/modules/$(shell uname -r)/build
TESTS ?= unit uml 6.1 6.12
FUZZ_SECONDS ?= 600
GAUNTLET_SECONDS ?= 300
SCALE ?= 100000

ifneq ($(filter-out en zh,$(L10N)),)
$(error L10N=$(L10N): no such language: en, zh)
endif

.DEFAULT_GOAL := module
.PHONY: module tools install modules_install demo check conformance pictures \
	bench profile coverage goodput soak scale deb deb-try fuzz gauntlet lint lab labs shell setup clean help

help:			## this list
	@sed -n 's/^\([a-z][^:=]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 24

ifdef K
module:			## the module, for the running kernel or for K=6.1|6.12|uml
	scripts/kbuild $(K)
else
module:
	@test -e $(KDIR)/Makefile || { \
		echo "No headers of the running kernel in $(KDIR)." >&2; \
		echo "Install linux-headers-$$(uname -r), or say K=6.12 or KDIR=..." >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules
endif

tools:			## the lctcp command
	$(MAKE) -C tools

install:		## module and tools, on this machine
	$(MAKE) modules_install
	$(MAKE) -C tools install

modules_install: module
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install
	depmod

setup:			## the Debian packages that the lab needs
	scripts/setup

demo:			## see what it is about
	scripts/setup build lab
	scripts/demo

ifdef L
lab:			## play lab L=2 (or its name) and see what happens; no L: list
	scripts/setup build lab
	scripts/lab $(if $(K),-k $(K) )$(L)
else
lab:
	@scripts/lab
endif

pictures: setup		## docs/pictures anew, from live kernels
	scripts/pictures

labs:			## all labs, and one page of them: build/labs/index.html
	scripts/setup build lab
	scripts/lab --all $(if $(K),-k $(K))

check: setup		## all tests: on this machine, the debug kernel, 6.1 and 6.12
	scripts/run-tests $(if $(filter uml,$(TESTS)),-c) $(TESTS)

check-%: setup		## one of unit, uml, 6.1, 6.12
	scripts/run-tests $*

conformance: setup	## which of the rows of selftests/conformance hold
	scripts/run-tests -p "$$(scripts/conformance -p)" uml || :
	scripts/conformance uml

bench: setup		## instructions a connection, and real time on two CPUs, against Linux TCP
	scripts/bench $(K)
	scripts/bench -t real -p bench $(K)

profile: setup		## where the instructions go: WORK=round_trip
	scripts/profile $(or $(WORK),round_trip) $(K)

scale: setup		## the same while SCALE=100000 are there already: an hour; SCALE=1000000
	scripts/bench -m 2G -T 86400 -p 'scale -n $(SCALE)' $(or $(K),6.12)

goodput: setup		## what arrives over bad wires, beside Linux TCP; GOODPUT='-n 10'
	scripts/bench -p 'goodput $(GOODPUT)' $(or $(K),uml)

soak: setup		## an hour of 200 connections over ever worse wires, each octet looked at
	scripts/bench -T 86400 -p 'soak $(SOAK)' $(or $(K),uml)

coverage:		## which lines of the module all tests reach: build/coverage/index.html
	scripts/setup build lab uml tests coverage
	scripts/coverage

deb:			## Debian packages, in build/deb: lctcp-dkms, lctcp-tools, lctcp-doc
	scripts/setup build lab deb
	scripts/deb

deb-try: deb		## these in a fresh Debian 12 and 13: installed, built, booted, removed
	scripts/deb-try

fuzz: setup		## all parsers, for FUZZ_SECONDS=600 in all, with libFuzzer
	scripts/fuzz -t $(FUZZ_SECONDS)

gauntlet: setup		## chance against the module, for GAUNTLET_SECONDS=300; GAUNTLET_SEED=
	scripts/gauntlet -t $(GAUNTLET_SECONDS) $(if $(GAUNTLET_SEED),-s $(GAUNTLET_SEED))

lint: setup		## checkpatch, sparse, W=1, includes, shellcheck, docs: no warning allowed
	scripts/lint

shell: setup		## a shell in a VM with module, tools and two hosts: K=uml|6.1|6.12
	scripts/shell $(if $(K),-k $(K)) $(if $(L10N),-l $(L10N))

clean:			## all that was built here (not the kernels in the cache)
	rm -rf build selftests/*/build tools/build labs/build
	find . -name .git -prune -o \( -name '*.o' -o -name '*.ko' \
		-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' \
		-o -name modules.order -o -name Module.symvers \) -print | xargs -r rm -f
