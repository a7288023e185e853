/* Reports that appear whole or not at all: written to a file without a name (or a temporary one), then put in place. */
#pragma once

#include <stddef.h>

#include "cli/options.h"
#include "core/err.h"
#include "core/macros.h"
#include "report/format.h"

struct cli_sink {
	const struct bolt_report_format *format;
	const char *path; /* NULL: standard output */
	char *temporary;  /* what will be renamed to path */
	int fd;
};

/* A file without a name: on disk where that can be done, so that what is long is not counted as memory. -1 as open(2). */
int cli_open_nameless(void);

/* 0 | negative errno: no sink is left open. */
BOLT_MUST_CHECK int cli_sinks_open(const struct cli_options *options, const char *default_format, struct cli_sink *ret_sinks,
				   size_t *ret_len, struct bolt_err *err);

/* Puts every report in its place: files first, then standard output, so that a reader who has had enough of that costs no file.
 * A file that was there keeps its mode and, as far as we may set it, its owner.
 * 0 | -EPIPE (all is in place, but nobody reads standard output) | negative errno. */
BOLT_MUST_CHECK int cli_sinks_commit(struct cli_sink *sinks, size_t len, struct bolt_err *err);

/* Closes, and removes what was not committed. */
void cli_sinks_close(struct cli_sink *sinks, size_t len);

/* Only removes what was not committed: all that a signal handler may do. */
void cli_sinks_forsake(const struct cli_sink *sinks, size_t len);
