/* Takes everything away from this process that reading hostile bytes does not need. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

struct bolt_sandbox {
	int read_dir_fd;       /* a tree that stays readable through openat2, or -1: no file can be opened at all */
	uint64_t memory_bytes; /* RLIMIT_DATA: heap and stacks; 0: not limited */
};

/* For the calling process, before it makes threads: no new privileges, no capabilities, no core dumps, no new files or processes;
 * Landlock (no file system, no TCP) and a seccomp filter that allows memory, threads, time, and reading and writing what is already
 * open. Anything else fails with ENOSYS; exec, ptrace, sockets and mounts end the process (SIGSYS). In builds with a sanitizer,
 * whose run-time needs more, Landlock and seccomp are left out. *ret_landlock tells whether the kernel has Landlock. 0 | negative
 * errno: some part could not be put up, do not go on. */
BOLT_MUST_CHECK int bolt_sandbox_enter(const struct bolt_sandbox *sandbox, bool *ret_landlock, struct bolt_err *err);
