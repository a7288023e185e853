#include "core/channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int bolt_channel_send(int socket, const void *message, size_t len, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} control = { .bytes = { 0 } };
	struct iovec part = { (void *) (uintptr_t) message, len };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd >= 0) {
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	ssize_t n;
	do {
		n = sendmsg(socket, &header, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* CMSG_SPACE rounds up: there is room for more descriptors than one. The first is *fd (-1: none), the others are closed.
 * false: there were others. */
static bool take_descriptor(struct msghdr *header, int *fd)
{
	bool alone = true;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int one;

			memcpy(&one, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (*fd < 0) {
				*fd = one;
			} else {
				alone = false;
				close(one);
			}
		}
	}
	return alone;
}

int bolt_channel_receive(int socket, void *message, size_t len, int *ret_fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} control;
	struct iovec part = { message, len };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	int fd = -1;
	ssize_t n;

	if (ret_fd) { /* without room for any the kernel hands over none, and says MSG_CTRUNC */
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
	}

	do {
		n = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	bool several = !take_descriptor(&header, &fd);
	bool cut = header.msg_flags & (MSG_CTRUNC | MSG_TRUNC);
	if ((size_t) n != len || several || cut) {
		if (fd >= 0)
			close(fd);
		return n == 0 && !cut ? -EPIPE : -EPROTO;
	}
	if (ret_fd)
		*ret_fd = fd;
	return 0;
}
