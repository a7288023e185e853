/* One scan job, from a subject's name to a finished report. Two processes: a worker that reads hostile bytes in a sandbox and
 * writes the report, and the caller's, which only opens files, talks to registries and daemons, and waits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"
#include "oci/registry.h"
#include "scan/judgement.h"
#include "scan/progress.h"
#include "scan/subject.h"

struct bolt_scan_options {
	uint64_t memory_limit_bytes; /* of the worker; see bolt_memory_limit */
	const char *platform;        /* "os/arch[/variant]"; NULL: this machine's */
	const char *base;            /* subject text of the base image, or NULL */
	const char *engine_socket;   /* Docker's or Podman's; NULL: the usual place */
	bool strict;                 /* damage ends the scan */
	struct bolt_registry_options registry;
	const struct bolt_judgement *judgement; /* NULL: nothing is judged */

	/* Called about ten times a second in the caller's process while the worker works, and when it is done; may be NULL. */
	void (*tick)(void *context, const struct bolt_progress *progress);
	/* Something people should know that is no part of the report (a mirror that was not used); may be NULL. In the caller's
	 * process. */
	void (*note)(void *context, const char *text);
	/* Called once in the worker, inside the sandbox, with the sorted report: writes it to descriptors opened before.
	 * Negative: the scan failed, err says why. */
	int (*finish)(void *context, const struct bolt_report *report, struct bolt_err *err);
	void *context;
	const int *finish_fds; /* descriptors that finish writes to; the worker keeps these, and closes what else it inherited */
	size_t finish_fds_len;
	int record_fd; /* 0: none. An empty file for what is to be kept (scan/record.h); what it holds after a failure means nothing
			*/
	const volatile int *cancelled; /* becomes non-zero (from a signal handler) to stop; may be NULL */
};

/* Blocks until the report is written. Nothing is left behind on failure. Sets SIGCHLD to its default: ignored, as it may have been
 * inherited, it hides how child processes end.
 * 0 | -EINTR (cancelled) | -EBADMSG (damaged or tampered with; err names both digests where digests differ) | -ENOENT | -E2BIG (a
 * bound) | -ENOMEM (more than memory_limit_bytes) | what opening the subject failed with. err always says what, on what, why. */
BOLT_MUST_CHECK int bolt_scan(const struct bolt_target *target, const struct bolt_scan_options *options, struct bolt_err *err);

/* The smaller of `wanted` and seven eighths of what the cgroup of this process allows (v2 memory.max or v1 memory.limit_in_bytes).
 */
uint64_t bolt_memory_limit(uint64_t wanted_bytes);
