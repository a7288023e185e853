/* What is in one subject and not in another: packages and what is wrong with them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "model/change.h"
#include "scan/record.h"

/* What is the same package is decided by type and name: where it has several versions, those that both have do not count. Findings
 * are the same when they have one id and are of the same package. Lists live in the arena. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_diff_of(const struct bolt_diff_side *before, const struct bolt_diff_side *now, struct bolt_arena *arena,
				 struct bolt_diff *ret_diff);

struct bolt_diff_options {
	int before_fd, now_fd; /* what two scans wrote (bolt_scan_options.record_fd) */
	uint64_t memory_limit_bytes;
	unsigned failing; /* bits 1 << enum bolt_severity */
	/* In the sandbox: writes to descriptors opened before. */
	int (*write)(void *context, const struct bolt_diff *diff, struct bolt_err *err);
	void *context;
	const int *finish_fds;
	size_t finish_fds_len;
	const volatile int *cancelled;
};

/* Reads and compares in a sandboxed process. *ret_failing: how many findings that were added have those severities.
 * 0 | -EBADMSG (no record) | -EIO (it crashed) | -EINTR | -ENOMEM | what `write` returned. */
BOLT_MUST_CHECK int bolt_diff_records(const struct bolt_diff_options *options, uint64_t *ret_failing, struct bolt_err *err);
