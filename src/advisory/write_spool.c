#include "advisory/write_spool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/write_all.h"

void bolt_spool_init(struct bolt_spool *spool, int fd)
{
	*spool = (struct bolt_spool){ .fd = fd, .block = BOLT_BUF_INIT(2 * BOLT_SPOOL_BLOCK) };
}

void bolt_spool_done(struct bolt_spool *spool)
{
	bolt_buf_done(&spool->block);
}

int bolt_spool_clear(struct bolt_spool *spool)
{
	bolt_buf_clear(&spool->block);
	spool->written = spool->read = 0;
	spool->taken = 0;
	if (ftruncate(spool->fd, 0) < 0 || lseek(spool->fd, 0, SEEK_SET) < 0)
		return -errno;
	return 0;
}

static int write_block(struct bolt_spool *spool)
{
	int r = bolt_write_all(spool->fd, spool->block.data, spool->block.len);

	spool->written += spool->block.len;
	bolt_buf_clear(&spool->block);
	return r;
}

int bolt_spool_add(struct bolt_spool *spool, const void *bytes, size_t n)
{
	int r = 0;

	if (spool->block.len + n > BOLT_SPOOL_BLOCK && spool->block.len > 0)
		r = write_block(spool);
	if (r == 0 && n > BOLT_SPOOL_BLOCK) {
		spool->written += n;
		return bolt_write_all(spool->fd, bytes, n);
	}
	return r == 0 ? bolt_buf_add(&spool->block, bytes, n) : r;
}

int bolt_spool_rewind(struct bolt_spool *spool)
{
	int r = spool->block.len > 0 ? write_block(spool) : 0;

	if (r == 0 && lseek(spool->fd, 0, SEEK_SET) < 0)
		r = -errno;
	spool->read = 0;
	spool->taken = 0;
	return r == 0 ? bolt_buf_reserve(&spool->block, BOLT_SPOOL_BLOCK) : r;
}

/* The next block of the file. 0 | -EBADMSG at its end. */
static int read_block(struct bolt_spool *spool)
{
	ssize_t n;

	do {
		n = read(spool->fd, spool->block.data, BOLT_SPOOL_BLOCK);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : -EBADMSG;
	spool->block.len = (size_t) n;
	spool->read += (size_t) n;
	spool->taken = 0;
	return 0;
}

int bolt_spool_take(struct bolt_spool *spool, void *to, size_t n)
{
	uint8_t *out = to;

	while (n > 0) {
		size_t here = spool->block.len - spool->taken;

		if (here == 0) {
			int r = read_block(spool);

			if (r < 0)
				return r;
			continue;
		}
		here = here < n ? here : n;
		memcpy(out, spool->block.data + spool->taken, here);
		spool->taken += here;
		out += here;
		n -= here;
	}
	return 0;
}
