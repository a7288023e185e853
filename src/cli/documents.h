/* The files of --vex and --ignore-file, opened. */
#pragma once

#include <stddef.h>

#include "cli/options.h"
#include "core/err.h"
#include "core/macros.h"
#include "scan/judgement.h"

struct cli_documents {
	struct bolt_document *items;
	size_t len, room;
};

/* The *.json files of a directory, by name; .boltsealignore of the working directory when --ignore-file names none and it is there.
 * 0 | -E2BIG (more than 1,000 files) | -ENOENT (no such file, or a directory without a document) | -ENOMEM | what opening failed
 * with. */
BOLT_MUST_CHECK int cli_documents_open(const struct cli_options *options, struct cli_documents *documents, struct bolt_err *err);

/* Whatever was opened, also after a failure. */
void cli_documents_close(struct cli_documents *documents);
