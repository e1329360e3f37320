// SPDX-License-Identifier: GPL-2.0
/*
 * Which programs a preloaded library can catch: those that the dynamic linker of
 * our own C library loads, and that call it for their sockets.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../lib/lang.h"
#include "ize.h"

#define OTHER_WAY	tr("; on 6.6 or newer, --bpf can", "；6.6 及更新的内核可用 --bpf")
#define SCRIPTS_DEEP	5	/* as the kernel has it */

/* find() - the file that execvp() would run, in @path of PATH_MAX; 0 or errno */
static int find(const char *name, char *path)
{
	const char *dirs = getenv("PATH") ?: "/usr/local/bin:/usr/bin:/bin", *end;
	int error = ENOENT;
	struct stat st;

	if (strchr(name, '/')) {
		snprintf(path, PATH_MAX, "%s", name);
		if (stat(path, &st) || access(path, X_OK))
			return errno;
		return S_ISREG(st.st_mode) ? 0 : EACCES;
	}
	for (;; dirs = end + 1) {
		end = strchrnul(dirs, ':');
		snprintf(path, PATH_MAX, "%.*s/%s",
			 end > dirs ? (int)(end - dirs) : 1,
			 end > dirs ? dirs : ".", name);
		if (!stat(path, &st) && S_ISREG(st.st_mode)) {
			if (!access(path, X_OK))
				return 0;
			error = errno;
		}
		if (!*end)
			return error;
	}
}

/* privileged() - would running it change who we are?  Then LD_PRELOAD is not
 * obeyed.  (See cap_bprm_creds_from_file().)
 */
static bool privileged(const char *path, int fd)
{
	struct statvfs fs;
	struct stat st;

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
	    (!fstatvfs(fd, &fs) && (fs.f_flag & ST_NOSUID)) || fstat(fd, &st))
		return false;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return true;
	if ((st.st_mode & 02010) == 02010 &&
	    st.st_gid != getgid())
		return true;
	return getuid() && getxattr(path, "security.capability", NULL, 0) > 0;
}

/* The part of a file from @offset on, if it has @size octets; else NULL. */
static const void *part(const char *file, size_t length, size_t offset, size_t size)
{
	return offset <= length && size <= length - offset ? file + offset : NULL;
}

/* The dynamic linker that an ELF file asks for; NULL if none. */
static const char *interpreter(const char *file, size_t length)
{
	const ElfW(Ehdr) *head = (const void *)file;
	const char *name;
	int i;

	for (i = 0; i < head->e_phnum; i++) {
		const ElfW(Phdr) *p = part(file, length, head->e_phoff +
					   (size_t)i * head->e_phentsize, sizeof(*p));

		if (!p)
			break;
		if (p->p_type != PT_INTERP)
			continue;
		name = part(file, length, p->p_offset, p->p_filesz);
		return name && p->p_filesz && !name[p->p_filesz - 1] ? name : NULL;
	}
	return NULL;
}

/* Go's programs call the kernel themselves, even when they are linked
 * dynamically.  All of them carry this section, whose name cannot be stripped.
 */
static bool is_go(const char *file, size_t length)
{
	const ElfW(Ehdr) *head = (const void *)file;
	const ElfW(Shdr) *names, *s;
	const char *name;
	int i;

	names = part(file, length, head->e_shoff + (size_t)head->e_shstrndx *
		     head->e_shentsize, sizeof(*names));
	if (!head->e_shoff || !names)
		return false;
	for (i = 0; i < head->e_shnum; i++) {
		s = part(file, length, head->e_shoff + (size_t)i *
			 head->e_shentsize, sizeof(*s));
		name = s ? part(file, length, names->sh_offset + s->sh_name,
				sizeof(".go.buildinfo")) : NULL;
		if (name && !memcmp(name, ".go.buildinfo", sizeof(".go.buildinfo")))
			return true;
	}
	return false;
}

/* Our own one, for what is loaded by another one has another C library. */
static const char *own_interpreter(char *buf, size_t size)
{
	const char *name = NULL;
	struct stat st;
	char *file;
	int fd;

	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return NULL;
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return NULL;
	name = interpreter(file, st.st_size);
	if (name)
		snprintf(buf, size, "%s", name);
	munmap(file, st.st_size);
	return name ? buf : NULL;
}

static int judge_elf(const char *path, const char *file, size_t length)
{
	const ElfW(Ehdr) *head = (const void *)file;
	const char *name, *own;
	char buf[PATH_MAX];

	if (length < sizeof(*head) ||
	    head->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)) {
		say(tr("%s is for another kind of machine (32 or 64 bits) than "
		       "lctcpize.so%s", "%s 的位数（32/64 位）与 lctcpize.so 不同%s"),
		    path, OTHER_WAY);
		return EXIT_CANNOT;
	}
	if (is_go(file, length)) {
		say(tr("%s is a Go program: it calls the kernel itself, not the C "
		       "library%s",
		       "%s 是 Go 程序：它直接调用内核，而不经过 C 库%s"),
		    path, OTHER_WAY);
		return EXIT_CANNOT;
	}
	name = interpreter(file, length);
	if (!name) {
		say(tr("%s is linked statically: nothing can be preloaded%s",
		       "%s 是静态链接的：无法预加载%s"), path, OTHER_WAY);
		return EXIT_CANNOT;
	}
	own = own_interpreter(buf, sizeof(buf));
	if (own && strcmp(own, name)) {
		say(tr("%s has another C library (%s)%s", "%s 使用另一个 C 库（%s）%s"),
		    path, name, OTHER_WAY);
		return EXIT_CANNOT;
	}
	return 0;
}

static int judge_deep(const char *name, char *const *arguments, int depth);

/* "#! INTERPRETER [ARGUMENT]"; env(1) is looked through, too. */
static int judge_script(const char *file, size_t length, int depth)
{
	char line[256], *rest, *word, *words[2] = { };

	snprintf(line, sizeof(line), "%.*s", (int)(length < 255 ? length : 255),
		 file);
	line[strcspn(line, "\n")] = 0;
	word = strtok_r(line + 2, " \t", &rest);
	if (!word)
		return 0; /* the kernel will refuse it */
	words[0] = strtok_r(NULL, "", &rest);
	return judge_deep(word, words, depth + 1);
}

/* What env(1) is to run: behind its options and settings. */
static const char *env_runs(char *const *arguments)
{
	while (*arguments && (**arguments == '-' || strchr(*arguments, '=')))
		arguments++;
	return *arguments;
}

static int judge_file(const char *path, int fd, char *const *arguments, int depth)
{
	const char *base = strrchr(path, '/'), *runs;
	struct stat st;
	char *file;
	int status = 0;

	if (privileged(path, fd)) {
		say(tr("%s is set-user-ID, set-group-ID or has capabilities: nothing "
		       "can be preloaded%s",
		       "%s 带有 set-user-ID、set-group-ID 或文件能力：无法预加载%s"),
		    path, OTHER_WAY);
		return EXIT_CANNOT;
	}
	if (fstat(fd, &st) || !st.st_size)
		return 0;
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		return 0;
	if (st.st_size > SELFMAG && !memcmp(file, ELFMAG, SELFMAG)) {
		status = judge_elf(path, file, st.st_size);
		runs = !strcmp(base ? base + 1 : path, "env") ? env_runs(arguments) : NULL;
		if (!status && runs)
			status = judge_deep(runs, (char *[]) { NULL }, depth + 1);
	} else if (st.st_size > 2 && !memcmp(file, "#!", 2)) {
		status = judge_script(file, st.st_size, depth);
	}
	munmap(file, st.st_size);
	return status;
}

static int judge_deep(const char *name, char *const *arguments, int depth)
{
	char path[PATH_MAX];
	int fd, status, error = find(name, path);

	if (error) {
		say("%s: %s", name, strerror(error));
		return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
	}
	if (depth > SCRIPTS_DEEP)
		return 0;
	/* Who may run but not read it cannot tell; nor is it preloaded into. */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		say(tr("%s cannot be read, so it is not known whether it can be "
		       "caught: %s", "无法读取 %s，因此不知道能否预加载：%s"),
		    path, strerror(errno));
		return EXIT_CANNOT;
	}
	status = judge_file(path, fd, arguments, depth);
	close(fd);
	return status;
}

int judge(const char *name, char *const *arguments)
{
	return judge_deep(name, arguments, 0);
}
