/* Judging stored images again, without the images: what changed since they were judged last. Records are read, judged and told
 * about in a sandboxed process; this one only puts what comes out of it back into the store. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/database.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/change.h"
#include "scan/store.h"

struct bolt_rescan_options {
	const char *store;
	struct bolt_store_limit limit;
	struct bolt_database *database; /* opened by the caller */
	int64_t now_unix;
	uint64_t since;   /* ask what changed after this generation, or after the one an image was judged by if that is older;
			     UINT64_MAX: the latter; 0: judge everything */
	unsigned failing; /* bits 1 << enum bolt_severity */
	bool dry_run;     /* the store stays as it is */
	uint64_t memory_limit_bytes;
	int scratch_fd; /* an empty file, for what is to be written back */

	/* In the sandbox, in the order images were scanned; then once at the end. They write to descriptors opened before. */
	int (*image)(void *context, const struct bolt_image_changes *changes, struct bolt_err *err);
	int (*finish)(void *context, const struct bolt_rescan_counts *counts, struct bolt_err *err);
	/* In the caller's process, when all is told: puts the reports in their place. Only then the store is changed: what could
	 * not be told will be told again. */
	int (*commit)(void *context, struct bolt_err *err);
	void *context;
	const int *finish_fds;
	size_t finish_fds_len;
	const volatile int *cancelled;
};

/* 0 | -ENOENT (no store) | -EBADMSG (store or database damaged) | -EIO (the judging process crashed) | -EINTR | -ENOMEM | -EACCES |
 * what a callback returned. err says what, on what, and what to do. */
BOLT_MUST_CHECK int bolt_rescan(const struct bolt_rescan_options *options, struct bolt_rescan_counts *ret_counts,
				struct bolt_err *err);
