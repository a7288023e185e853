/* A stream of bytes that is pulled block by block, without copying. Readers stack: file -> hash -> inflate -> hash -> tar. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/macros.h"

struct bolt_reader {
	/* The next block: 1..n bytes at *ret_block, valid until the following call; 0 at the end (and again on every
	 * later call); negative errno with err set on failure. May block on I/O. */
	ssize_t (*next)(struct bolt_reader *reader, const uint8_t **ret_block, struct bolt_err *err);
	void (*close)(struct bolt_reader *reader); /* frees the reader and those it owns below it */
};

static inline ssize_t bolt_read_next(struct bolt_reader *reader, const uint8_t **ret_block, struct bolt_err *err)
{
	return reader->next(reader, ret_block, err);
}

static inline void bolt_reader_close(struct bolt_reader *reader)
{
	if (reader)
		reader->close(reader);
}
BOLT_DEFINE_CLEANUP(struct bolt_reader *, bolt_reader_close)

/* A stream (pipe, socket or file from its current offset) to its end. Takes the fd; closes it. NULL when out of memory. */
struct bolt_reader *bolt_reader_fd(int fd);

/* `len` bytes of a file from `offset`, by pread: any number of these may share one fd, which stays the caller's and must
 * outlive them. An early end of the file is -EBADMSG "truncated". NULL when out of memory. */
struct bolt_reader *bolt_reader_range(int fd, uint64_t offset, uint64_t len);

/* Borrowed bytes in memory, handed out at most block_len at a time (0: all at once). NULL when out of memory. */
struct bolt_reader *bolt_reader_memory(const void *bytes, size_t len, size_t block_len);

/* Reads to the end and forgets. Returns the bytes seen through ret_bytes (may be NULL). 0 | what next() failed with. */
BOLT_MUST_CHECK int bolt_reader_drain(struct bolt_reader *reader, uint64_t *ret_bytes, struct bolt_err *err);

/* Reads everything into memory the caller frees. `what` names it in errors.
 * 0 | -E2BIG (over max: message names the bound) | -ENOMEM | what next() failed with. */
BOLT_MUST_CHECK int bolt_reader_slurp(struct bolt_reader *reader, size_t max, const char *what, uint8_t **ret_bytes,
				      size_t *ret_len, struct bolt_err *err);
