// SPDX-License-Identifier: GPL-2.0
/*
 * lctcpize --bpf, the kernel's side: socket() asks this program which protocol a
 * socket is to have.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/lctcp.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define AF_INET		2
#define AF_INET6	10
#define SOCK_STREAM	1
#define SOCK_TYPE_MASK	0xf

/* The control group whose sockets these are. */
const volatile __u64 cgroup;

#define DEPTH_MAX	64

/* How deep it lies is not ours to know: we may see only a part of the tree. */
static bool inside(void)
{
	__u64 id;
	int i;

	for (i = 0; i < DEPTH_MAX; i++) {
		id = bpf_get_current_ancestor_cgroup_id(i);
		if (!id || id == cgroup)
			return id;
	}
	return false;
}

SEC("fmod_ret/update_socket_protocol")
int BPF_PROG(lctcpize, int family, int type, int protocol, int ret)
{
	if ((family != AF_INET && family != AF_INET6) ||
	    (type & SOCK_TYPE_MASK) != SOCK_STREAM ||
	    (protocol && protocol != IPPROTO_TCP) || !inside())
		return ret;
	return IPPROTO_LCTCP;
}

char LICENSE[] SEC("license") = "GPL";
