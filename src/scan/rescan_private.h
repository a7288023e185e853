/* What the two ends of a rescan have in common: rescan.c (the caller's process), rescan_work.c (the sandboxed one). */
#pragma once

#include "scan/rescan.h"

/* One image in the file of what is to be written back: told and keys follow, nothing when only its stamp is new. */
struct rescan_update {
	uint32_t number, told_bytes, keys_bytes, padding;
};

struct rescan_work {
	const struct bolt_rescan_options *options;
	int updates_fd;
	struct rescan_results { /* shared */
		struct bolt_rescan_counts counts;
		struct bolt_stamp stamp;
		bool write; /* there is something to write back */
	} * results;
	struct bolt_store *store;
};

/* Opens the store's snapshot that the caller holds. */
int rescan_prepare(void *context, struct bolt_err *err);
int rescan_work(void *context, struct bolt_err *err);
