/* Work in a process of its own: what reads records that strangers' images are made into, in a sandbox; and what touches a file that
 * may be damaged, so that a crash is an error and not the end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

struct bolt_apart {
	const char *name; /* of the process, at most 15 characters */
	/* In the new process, one after the other: opens what is needed; then, in the sandbox, does the work. prepare may be NULL.
	 */
	int (*prepare)(void *context, struct bolt_err *err);
	int (*work)(void *context, struct bolt_err *err);
	void *context; /* a copy there: results go into memory that is shared (bolt_shared_new) or into files */
	bool sandboxed;
	uint64_t memory_bytes; /* of the sandbox */
	const int *fds;        /* that it keeps; standard error too */
	size_t fds_len;
	const char *on_crash; /* what to tell people when it crashes: "'x' is damaged: remove it" */
	const volatile int *cancelled;
};

/* Waits for it. 0 | what prepare or work returned | -EINTR (cancelled) | -EIO (it crashed, or ended as it should not) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_run_apart(const struct bolt_apart *apart, struct bolt_err *err);

/* Zeroed memory that processes forked later share. NULL when out of memory. */
void *bolt_shared_new(size_t n);
void bolt_shared_free(void *memory, size_t n);
