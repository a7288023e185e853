/* The child process of a scan. */
#pragma once

#include <sys/types.h>

#include "core/err.h"
#include "core/macros.h"
#include "scan/scan.h"

struct bolt_worker_job {
	const struct bolt_target *target;
	const struct bolt_scan_options *options;
	struct bolt_progress *progress; /* shared with the parent */
	pid_t parent;                   /* without which the worker does not go on */
	int channel;                    /* scan/channel.h */
	int input_fd;                   /* archive:, sbom:, docker: what to read; rootfs:, dir: the directory; else -1 */
	const char *root;               /* oci:, registry: what the plan starts from */
	const char *digest;             /* what the daemon says the manifest's digest is, or NULL */
	const char *image_id;           /* digest is of the image with this ID: the name may have come to mean another since */
	const struct bolt_digest *base; /* diff IDs of options->base, or NULL */
	size_t base_len;
	bool plan_only; /* layers are listed, not read */
};

/* Enters the sandbox, does the job, tells the parent how it ended, and never returns. */
_Noreturn void bolt_worker_main(const struct bolt_worker_job *job);
