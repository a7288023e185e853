/* Records of a part that is being read, in a file, until it is known that the part is whole. */
#pragma once

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/macros.h"

enum { BOLT_SPOOL_BLOCK = 1 << 20 };

struct bolt_spool {
	int fd;                 /* borrowed */
	struct bolt_buf block;  /* not yet written, or read ahead */
	uint64_t written, read; /* bytes of the file */
	size_t taken;           /* of the block, while reading */
};

void bolt_spool_init(struct bolt_spool *spool, int fd);
void bolt_spool_done(struct bolt_spool *spool);

/* Empties it. 0 | negative errno. */
BOLT_MUST_CHECK int bolt_spool_clear(struct bolt_spool *spool);
/* 0 | negative errno (-ENOSPC). */
BOLT_MUST_CHECK int bolt_spool_add(struct bolt_spool *spool, const void *bytes, size_t n);
/* From now on it is read from its beginning. 0 | negative errno. */
BOLT_MUST_CHECK int bolt_spool_rewind(struct bolt_spool *spool);
/* n bytes. 0 | -EBADMSG (fewer are left) | negative errno. */
BOLT_MUST_CHECK int bolt_spool_take(struct bolt_spool *spool, void *to, size_t n);
