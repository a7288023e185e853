#include "core/write_all.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

int bolt_write_all(int fd, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	while (n > 0) {
		ssize_t written = write(fd, p, n);

		if (written < 0 && errno == EAGAIN) {
			struct pollfd ready = { .fd = fd, .events = POLLOUT };

			if (poll(&ready, 1, -1) < 0 && errno != EINTR)
				return -errno;
		} else if (written < 0 && errno != EINTR) {
			return -errno;
		}
		if (written > 0) {
			p += written;
			n -= (size_t) written;
		}
	}
	return 0;
}
