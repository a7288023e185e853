/* What the two processes of an import of feeds agree on: import.c opens, import_feeds.c reads. */
#pragma once

#include "advisory/import_files.h"
#include "advisory/import_job.h"

struct bolt_import_work {
	const struct bolt_import_input *inputs;
	size_t inputs_len;
	struct bolt_import_files files; /* sorted by part once all were looked at, in the caller's process only */
	size_t next;                    /* caller's: to hand out */
	bool sorted;
};

enum {
	BOLT_IMPORT_LOOK = BOLT_IMPORT_ASK, /* number: 1 + the file just looked at, 0: none; name: its part, or empty */
	BOLT_IMPORT_READ,                   /* the next file, those of one part one after another */
};

/* status of the answers: 1 with a descriptor (number: 1 + which file; part: what it is, if that is known), 0 when there is none
 * left, negative when that file (number) could not be opened. */

int bolt_import_feeds(struct bolt_import_job *job, struct bolt_writer *writer, struct bolt_err *err);
