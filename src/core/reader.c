#include "core/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/buf.h"

enum { BLOCK_BYTES = 128 * 1024 };

struct fd_reader {
	struct bolt_reader base;
	int fd;
	uint8_t block[BLOCK_BYTES];
};

static ssize_t fd_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct fd_reader *r = (struct fd_reader *) base;
	ssize_t n;

	do {
		n = read(r->fd, r->block, sizeof(r->block));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return bolt_err_set(err, -errno, "read failed: %m");
	*ret_block = r->block;
	return n;
}

static void fd_close(struct bolt_reader *base)
{
	struct fd_reader *r = (struct fd_reader *) base;

	close(r->fd);
	free(r);
}

struct bolt_reader *bolt_reader_fd(int fd)
{
	struct fd_reader *r = malloc(sizeof(*r));

	if (!r)
		return NULL;
	r->base = (struct bolt_reader){ .next = fd_next, .close = fd_close };
	r->fd = fd;
	return &r->base;
}

struct range_reader {
	struct bolt_reader base;
	int fd;
	uint64_t offset, left;
	uint8_t block[BLOCK_BYTES];
};

static ssize_t range_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct range_reader *r = (struct range_reader *) base;
	size_t want = r->left < sizeof(r->block) ? (size_t) r->left : sizeof(r->block);
	ssize_t n;

	if (want == 0)
		return 0;
	do {
		n = pread(r->fd, r->block, want, (off_t) r->offset);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return bolt_err_set(err, -errno, "read failed: %m");
	if (n == 0)
		return bolt_err_set(err, -EBADMSG, "truncated: the file ends %llu bytes too early", (unsigned long long) r->left);
	r->offset += (uint64_t) n;
	r->left -= (uint64_t) n;
	*ret_block = r->block;
	return n;
}

static void plain_free(struct bolt_reader *base)
{
	free(base);
}

struct bolt_reader *bolt_reader_range(int fd, uint64_t offset, uint64_t len)
{
	struct range_reader *r = malloc(sizeof(*r));

	if (!r)
		return NULL;
	r->base = (struct bolt_reader){ .next = range_next, .close = plain_free };
	r->fd = fd;
	r->offset = offset;
	r->left = len;
	return &r->base;
}

struct memory_reader {
	struct bolt_reader base;
	const uint8_t *at;
	size_t left, block_len;
};

static ssize_t memory_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct memory_reader *r = (struct memory_reader *) base;
	size_t n = r->left < r->block_len ? r->left : r->block_len;

	(void) err; /* memory does not fail */
	*ret_block = r->at;
	r->at += n;
	r->left -= n;
	return (ssize_t) n;
}

struct bolt_reader *bolt_reader_memory(const void *bytes, size_t len, size_t block_len)
{
	struct memory_reader *r = malloc(sizeof(*r));

	if (!r)
		return NULL;
	r->base = (struct bolt_reader){ .next = memory_next, .close = plain_free };
	r->at = bytes;
	r->left = len;
	r->block_len = block_len ? block_len : SIZE_MAX / 2;
	return &r->base;
}

int bolt_reader_drain(struct bolt_reader *reader, uint64_t *ret_bytes, struct bolt_err *err)
{
	const uint8_t *block;
	uint64_t total = 0;
	ssize_t n;

	while ((n = bolt_read_next(reader, &block, err)) > 0)
		total += (uint64_t) n;
	if (n < 0)
		return (int) n;
	if (ret_bytes)
		*ret_bytes = total;
	return 0;
}

int bolt_reader_slurp(struct bolt_reader *reader, size_t max, const char *what, uint8_t **ret_bytes, size_t *ret_len,
		      struct bolt_err *err)
{
	struct bolt_buf buf = BOLT_BUF_INIT(max);
	const uint8_t *block;
	size_t len;
	ssize_t n;
	int r;

	while ((n = bolt_read_next(reader, &block, err)) > 0) {
		r = bolt_buf_add(&buf, block, (size_t) n);
		if (r == -E2BIG)
			return bolt_err_set(err, r, "%s is larger than the bound of %zu bytes", what, max);
		if (r < 0)
			return bolt_err_set(err, r, "%s: out of memory", what);
	}
	if (n < 0) {
		bolt_buf_done(&buf);
		return bolt_err_wrap(err, (int) n, "%s", what);
	}
	len = buf.len;
	r = bolt_buf_take_text(&buf, (char **) ret_bytes);
	if (r < 0)
		return bolt_err_set(err, r, "%s: out of memory", what);
	*ret_len = len;
	return 0;
}
