/* SPDX-License-Identifier: GPL-2.0 */
/* Files of the kernel's, for programs of every suite. */
#ifndef LCTCP_FILE_H
#define LCTCP_FILE_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Write a whole text: 0 or -errno. */
static inline int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ret = errno ? -errno : -EIO;
	close(fd);
	return ret;
}

#endif /* LCTCP_FILE_H */
