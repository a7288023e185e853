/* Takes everything away from this process that reading hostile bytes does not need. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

struct bolt_sandbox {
	int read_dir_fd;       /* a tree that stays readable through openat2, or -1: no file can be opened at all */
	bool write_files;      /* open files may be written at any place, cut and synced, too (write(2) is always there) */
	uint64_t memory_bytes; /* RLIMIT_DATA: heap and stacks; 0: not limited */
};

/* What was put up beyond what is always there. */
struct bolt_sandbox_state {
	bool landlock;     /* files, TCP and signals outside are refused by the kernel's Landlock */
	bool root_changed; /* the tree is all there is of the file system */
	bool user_changed; /* no longer root */
};

/* For the calling process, before it makes threads: no new privileges, no capabilities, no core dumps, no new files or processes;
 * Landlock (no file system, no TCP) and a seccomp filter that allows memory, threads, time, and reading and writing what is already
 * open. Anything else fails with ENOSYS; exec, ptrace, sockets and mounts end the process (SIGSYS). Root becomes nobody (65534),
 * inside the tree if there is one; the one right kept is to read every file of a tree. The signal for the parent's death
 * (PR_SET_PDEATHSIG) stays. In builds with a sanitizer, whose run-time needs more, Landlock and seccomp are left out.
 * 0 | negative errno: some part could not be put up, do not go on. */
BOLT_MUST_CHECK int bolt_sandbox_enter(const struct bolt_sandbox *sandbox, struct bolt_sandbox_state *ret_state,
				       struct bolt_err *err);
