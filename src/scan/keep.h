/* The record that a scan's worker wrote (bolt_scan_options.record_fd), on its way into the store. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "scan/store.h"

struct bolt_kept {
	bool stored;      /* false: what was scanned has no digest and no ID, or left no record */
	uint64_t dropped; /* images that went for want of room */
};

/* In a process of its own: a damaged store must not end a scan that is done. Waits for others who write.
 * 0 | -EBADMSG (the store is damaged, or what the worker wrote is no record) | -EIO (it crashed) | -E2BIG | -ENOSPC | -EACCES |
 * -EROFS | negative errno. */
BOLT_MUST_CHECK int bolt_keep_record(const char *path, const struct bolt_store_limit *limit, int record_fd,
				     struct bolt_kept *ret_kept, struct bolt_err *err);

/* Maps what a worker wrote; bolt_record_unmap when done. 0 | -ENODATA (nothing) | -EBADMSG | -ENOMEM. */
struct bolt_record_map {
	void *bytes;
	size_t len;
	struct bolt_record record;
};
BOLT_MUST_CHECK int bolt_record_map(int record_fd, struct bolt_record_map *ret_map);
void bolt_record_unmap(struct bolt_record_map *map);
