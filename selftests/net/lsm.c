// SPDX-License-Identifier: GPL-2.0
/*
 * What a security module is asked and told about a connection, compared with
 * TCP: programs of BPF on the hooks inet_conn_request, which may refuse a SYN, and
 * inet_conn_established, which is told of each end.
 *
 * Such programs see all sockets of the machine.  Each looks at the protocol
 * first, whose place in struct sock it takes, as the hooks' numbers, from the
 * kernel's own description of its types (BTF).  Needs CONFIG_BPF_LSM with "bpf"
 * among the modules that are switched on, as in distributions' kernels.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf.h"
#include "fixture.h"

/* ---- the kernel's types ---- */

struct btf {
	unsigned char *data;
	const struct btf_header *h;
	const char *names;
};

static bool btf_open(struct btf *b)
{
	const int size = 64 << 20;
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	int n, got = 0;

	if (fd < 0)
		return false;
	b->data = malloc(size);
	while (b->data && got < size &&
	       (n = read(fd, b->data + got, size - got)) > 0)
		got += n;
	close(fd);
	b->h = (const void *)b->data;
	if (got < (int)sizeof(*b->h) || b->h->magic != BTF_MAGIC)
		return false;
	b->names = (const char *)b->data + b->h->hdr_len + b->h->str_off;
	return true;
}

/* Octets that follow a type. */
static int btf_extra(const struct btf_type *t)
{
	int n = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return n * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return n * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return n * sizeof(struct btf_var_secinfo);
	case BTF_KIND_ENUM64:
		return n * sizeof(struct btf_enum64);
	default:
		return 0;
	}
}

/* The number of a type, or -1; and itself. */
static int btf_find(const struct btf *b, int kind, const char *name,
		    const struct btf_type **found)
{
	const unsigned char *p = b->data + b->h->hdr_len + b->h->type_off;
	const unsigned char *end = p + b->h->type_len;
	int id;

	for (id = 1; p < end; id++) {
		const struct btf_type *t = (const void *)p;

		if (BTF_INFO_KIND(t->info) == kind &&
		    !strcmp(b->names + t->name_off, name)) {
			*found = t;
			return id;
		}
		p += sizeof(*t) + btf_extra(t);
	}
	return -1;
}

/* Where a member of a structure begins, octets, or -1. */
static int btf_member(const struct btf *b, const char *of, const char *name)
{
	const struct btf_member *m;
	const struct btf_type *t;
	int i;

	if (btf_find(b, BTF_KIND_STRUCT, of, &t) < 0)
		return -1;
	m = (const void *)(t + 1);
	for (i = 0; i < (int)BTF_INFO_VLEN(t->info); i++)
		if (!strcmp(b->names + m[i].name_off, name))
			return (BTF_INFO_KFLAG(t->info) ?
				BTF_MEMBER_BIT_OFFSET(m[i].offset) :
				m[i].offset) / 8;
	return -1;
}

/* ---- the programs ---- */

/* Adds one to the first element of @map for each call about a socket of
 * @proto, and returns @verdict then; a descriptor, or -1.
 */
static int program(const struct btf *b, const char *hook, int map, int proto,
		   int verdict)
{
	int place = btf_member(b, "sock", "sk_protocol");
	const struct btf_type *t;
	char name[64];
	struct bpf_insn insn[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_6, BPF_REG_1, 0, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_H, BPF_REG_7, BPF_REG_6, place, 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_7, 0, 11, proto),
		COUNT(map),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, verdict),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	static char log[16384];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_LSM,
		.expected_attach_type = BPF_LSM_MAC,
		.insns = (uintptr_t)insn,
		.insn_cnt = sizeof(insn) / sizeof(*insn),
		.license = (uintptr_t)"GPL",
		.log_buf = (uintptr_t)log,
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd;

	snprintf(name, sizeof(name), "bpf_lsm_%s", hook);
	attr.attach_btf_id = btf_find(b, BTF_KIND_FUNC, name, &t);
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		printf("# %s: %s\n%s\n", name, strerror(errno), log);
	return fd;
}

/* It is asked until the descriptor is closed. */
static int hang(int prog)
{
	union bpf_attr attr = { .raw_tracepoint.prog_fd = prog };

	return bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

static bool switched_on(void)
{
	char text[512] = "";
	int fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return true;	/* not mounted: try */
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return strstr(text, "bpf");
}

/* ---- the tests ---- */

FIXTURE(lsm) {
	struct pair p;
	struct btf btf;
	int map;
};

FAMILIES(lsm);

FIXTURE_SETUP(lsm)
{
	const struct btf_type *t;

	NEED_PROTO();
	if (!switched_on() || !btf_open(&self->btf) ||
	    btf_find(&self->btf, BTF_KIND_FUNC, "bpf_lsm_inet_conn_request",
		     &t) < 0)
		SKIP(return, "no BPF among this kernel's security modules");
	self->map = counter_map();
	ASSERT_LE(0, self->map);
	ASSERT_EQ(0, pair_up(&self->p));
}

FIXTURE_TEARDOWN(lsm)
{
	free(self->btf.data);
	close(self->map);
	pair_down(&self->p);
}

/* A SYN that is refused draws nothing; the client goes on trying, and gets in
 * once it may.  With a cookie it is the same, and again when the cookie comes
 * back.
 */
static void request(struct __test_metadata *_metadata, FIXTURE_DATA(lsm) *self,
		    int family)
{
	int prog, link, l, c, s;

	prog = program(&self->btf, "inet_conn_request", self->map, lc_proto(),
		       -EPERM);
	ASSERT_LE(0, prog);
	l = listener(NS_B, family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	link = hang(prog);
	if (link < 0)
		SKIP(return, "no BPF among this kernel's security modules");
	c = dial(NS_A, family, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_EQ(-ETIMEDOUT, dialled(c, 500));
	EXPECT_LE(1, counter_read(self->map));
	EXPECT_EQ(S_SYN_SENT, tcp_state(c));
	close(link);
	EXPECT_EQ(0, dialled(c, 10000));
	s = take(l, 2000);
	EXPECT_LE(0, s);
	close(c);
	close(s);
	close(l);
	close(prog);
}

TEST_F_TIMEOUT(lsm, request_refused, 60)
{
	request(_metadata, self, variant->family);
}

TEST_F_TIMEOUT(lsm, request_refused_cookie, 60)
{
	need_lctcp();
	ASSERT_EQ(0, sysctl_set(NS_B, "syncookies", "2\n"));
	request(_metadata, self, variant->family);
	EXPECT_EQ(1, counter(NS_B, "SyncookiesRecv"));
}

/* Each end is told once that the connection is there: the client by the
 * SYN-ACK, the server by what completed the handshake, with a cookie as well.
 */
TEST_F_TIMEOUT(lsm, established_told, 60)
{
	int prog, link, l, c, s, i;

	prog = program(&self->btf, "inet_conn_established", self->map,
		       lc_proto(), 0);
	ASSERT_LE(0, prog);
	l = listener(NS_B, variant->family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	link = hang(prog);
	if (link < 0)
		SKIP(return, "no BPF among this kernel's security modules");
	for (i = 1; i <= (lc_tcp() ? 1 : 2); i++) {
		ASSERT_EQ(0, conn_pair(&self->p, variant->family, l, &c, &s));
		/* TCP tells of the client alone; a child of its is labelled
		 * by a hook that is not exported
		 */
		EXPECT_EQ(lc_tcp() ? i : 2 * i, counter_read(self->map));
		EXPECT_EQ(1, write(c, "x", 1));
		EXPECT_NE(0, poll_for(s, POLLIN, 1000));
		EXPECT_EQ(lc_tcp() ? i : 2 * i, counter_read(self->map));
		close(c);
		close(s);
		if (!lc_tcp())
			ASSERT_EQ(0, sysctl_set(NS_B, "syncookies", "2\n"));
	}
	close(link);
	close(l);
	close(prog);
}

TEST_HARNESS_MAIN
